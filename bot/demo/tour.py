"""`quarterdeck demo`: a tour through a real desk, typed by a parent process; no token, no network, under a minute."""

import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.demo.checks import Check, checks_of, closed_trades
from bot.demo.child_process import Child, DemoFailed, a_child
from bot.domain.errors import SettingsError
from bot.domain.ids import new_id

EXIT_DONE, EXIT_FAILED = 0, 1
TRANSCRIPT = "transcript.txt"
OURS = (TRANSCRIPT, "*.png")

BOTS = (
    ("/new alpha ema-cross BTC/USDT 5m capital=1000 stop_loss=3% take_profit=4%", "check and create"),
    ("/new beta rsi-reversion ETH/USDT 5m capital=1000 stop_loss=5%", "check and create"),
    ("/new gamma grid SOL/USDT 5m capital=2000 lower=125 upper=155 levels=16", "check and create"),
)


def run_demo(output: Path) -> int:
    """Show the tour and return 0 if everything it checked held; charts and transcript are left in `output`."""
    _prepare(output)
    started = time.monotonic()
    with (output / TRANSCRIPT).open("w", encoding="utf-8") as transcript:

        def show(text: str) -> None:
            transcript.write(text)
            sys.stdout.write(text)
            sys.stdout.flush()

        with tempfile.TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
            try:
                checks = asyncio.run(_tour(Path(folder), show))
            except (DemoFailed, TimeoutError) as error:
                show(f"\nFailed: {error}\n")
                return EXIT_FAILED
            charts = _keep_charts(Path(folder), output)
        return _closing(checks, show, charts=charts, output=output, seconds=time.monotonic() - started)


def _prepare(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise SettingsError(f"the demo needs a folder for its charts, {output} is a file. Use --output")
    output.mkdir(parents=True, exist_ok=True)
    old = {file for pattern in OURS for file in output.glob(pattern)}
    foreign = sorted(file.name for file in output.iterdir() if file not in old)
    if foreign:
        raise SettingsError(f"the demo empties its folder first, but {output} holds {foreign[0]}. Use --output")
    for file in old:
        file.unlink()


async def _tour(folder: Path, show: Callable[[str], None]) -> tuple[Check, ...]:
    code = new_id(secrets.token_bytes).upper()
    async with a_child(folder, code, show) as desk:
        await _begin(desk, code)
        await _trade(desk)
        show("\n--- kill -9, in the middle of trading ---\n\n")
        await desk.end(signal.SIGKILL)
    before = await closed_trades(folder / "data")
    show(f"--- {len(before)} trades were closed; the desk starts again on the same data ---\n\n")
    async with a_child(folder, code, show) as desk:
        await _go_on(desk)
        status = await desk.end(signal.SIGTERM)
    after = await closed_trades(folder / "data")
    return (
        *await checks_of(folder / "data"),
        Check(f"all {len(before)} trades closed before the kill are unchanged, {len(after)} in all", before <= after),
        Check(f"the desk ended with exit code {status}", status == 0),
    )


async def _begin(desk: Child, code: str) -> None:
    await desk.wait_for("Setup code")
    await desk.type(f"/claim {code}")
    await desk.wait_for("You are the owner")
    for command, expected in BOTS:
        await desk.type(command)
        await desk.wait_for(expected)
        await desk.type("create")
        await desk.wait_for("created")
    await desk.type("/run all")
    await desk.wait_for("running")


async def _trade(desk: Child) -> None:
    await desk.type("/market speed=20000x")
    await desk.wait_for("bought|event", times=4)
    await desk.type("/bots")
    await desk.wait_for("totals")
    await desk.type("/pnl")
    await desk.wait_for("picture: .*equity")
    await desk.type("/edit alpha fast=10")
    await desk.wait_for("fast 12 -> 10")
    await desk.type("/pause beta")
    await desk.wait_for("beta · PRACTICE · paused")
    await desk.type("/market speed=40000x")
    await desk.wait_for("bought|sold|closed|event", times=6)


async def _go_on(desk: Child) -> None:
    await desk.wait_for("was down")
    await desk.type("/bots")
    await desk.wait_for("totals")
    await desk.type("/resume beta")
    await desk.wait_for("beta · PRACTICE · running")
    await desk.wait_for("bought|sold|closed|event", times=2, seconds=30)
    await desk.type("/why alpha")
    await desk.wait_for("last look|last decision")
    await desk.type("/chart alpha candles=120")
    await desk.wait_for("picture: ")
    await desk.type("/stop all")
    await desk.wait_for("stopped")
    await desk.type("/stats")
    await desk.wait_for("gamma")
    await desk.type("/market action=pause")
    await desk.wait_for("Recorded market")


def _keep_charts(folder: Path, output: Path) -> int:
    charts = sorted((folder / "data" / "charts").glob("*.png"))
    for chart in charts:
        shutil.copy(chart, output / chart.name)
    return len(charts)


def _closing(
    checks: tuple[Check, ...], show: Callable[[str], None], *, charts: int, output: Path, seconds: float
) -> int:
    show("\nWhat the demo looked up afterwards in database and venue:\n")
    for check in checks:
        show(f"  {'ok    ' if check.is_met else 'FAILED'}  {check.text}\n")
    show(f"{charts} charts and the transcript are in {output}. It took {seconds:.0f} s.\n")
    return EXIT_DONE if all(check.is_met for check in checks) else EXIT_FAILED
