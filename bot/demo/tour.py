"""Tour of `quarterdeck demo`: commands typed into a real process; no token, no network, under a minute."""

import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.demo.checks import DemoCheck, load_closed_trades, run_checks
from bot.demo.child_process import DemoFailed, DemoProcess, run_demo_process
from bot.domain.errors import SettingsError
from bot.domain.ids import new_id

EXIT_DONE, EXIT_FAILED = 0, 1
TRANSCRIPT = "transcript.txt"
OUTPUT_PATTERNS = (TRANSCRIPT, "*.png")

BOT_COMMANDS = (
    "/new alpha ema-cross BTC/USDT 5m capital=1000 stop_loss=3% take_profit=4%",
    "/new beta rsi-reversion ETH/USDT 5m capital=1000 stop_loss=5%",
    "/new gamma grid SOL/USDT 5m capital=2000 lower=125 upper=155 levels=16",
)
TRADING_LINES = (
    ("/run all", "running", 1),
    ("/market speed=20000x", "bought|event", 4),
    ("/bots", "totals", 1),
    ("/pnl", "picture: .*equity", 1),
    ("/edit alpha fast=10", "fast 12 -> 10", 1),
    ("/pause beta", "beta · PRACTICE · paused", 1),
    ("/market speed=40000x", "bought|sold|closed|event", 6),
)
"""Lines typed, with a pattern of what is waited for, and how often it must come."""
RESUMING_LINES = (("/bots", "totals", 1), ("/resume beta", "beta · PRACTICE · running", 1))
LAST_LINES = (
    ("/why alpha", "last look|last decision", 1),
    ("/chart alpha candles=120", "picture: ", 1),
    ("/stop all", "stopped", 1),
    ("/stats", "gamma", 1),
    ("/market action=pause", "Recorded market", 1),
)


def run_demo(output: Path) -> int:
    """Run the tour; return 0 if every check passed; charts and transcript are left in `output`."""
    _prepare_output(output)
    started = time.monotonic()
    with (output / TRANSCRIPT).open("w", encoding="utf-8") as transcript:

        def show(text: str) -> None:
            transcript.write(text)
            sys.stdout.write(text)
            sys.stdout.flush()

        with tempfile.TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
            try:
                checks = asyncio.run(_run_tour(Path(folder), show))
            except (DemoFailed, TimeoutError) as error:
                show(f"\nFailed: {error}\n")
                return EXIT_FAILED
            charts = _copy_charts(Path(folder), output)
        return _print_summary(checks, show, charts=charts, output=output, seconds=time.monotonic() - started)


def _prepare_output(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise SettingsError(f"the demo needs a folder for its charts, {output} is a file. Use --output")
    output.mkdir(parents=True, exist_ok=True)
    old = {file for pattern in OUTPUT_PATTERNS for file in output.glob(pattern)}
    foreign = sorted(file.name for file in output.iterdir() if file not in old)
    if foreign:
        raise SettingsError(f"the demo empties its folder first, but {output} holds {foreign[0]}. Use --output")
    for file in old:
        file.unlink()


async def _run_tour(folder: Path, print_text: Callable[[str], None]) -> tuple[DemoCheck, ...]:
    code = new_id(secrets.token_bytes).upper()
    async with run_demo_process(folder, code, print_text) as engine:
        await _create_bots(engine, code)
        print_text("\n--- kill -9, in the middle of trading ---\n\n")
        await engine.stop_process(signal.SIGKILL)
    before = await load_closed_trades(folder / "data")
    print_text(f"--- trades closed: {len(before)}; the desk starts again on the same data ---\n\n")
    async with run_demo_process(folder, code, print_text) as engine:
        await _resume_after_restart(engine)
        status = await engine.stop_process(signal.SIGTERM)
    after = await load_closed_trades(folder / "data")
    return (
        *await run_checks(folder / "data"),
        DemoCheck(f"trades closed before the kill: {len(before)}, all unchanged; {len(after)} now", before <= after),
        DemoCheck(f"the desk ended with exit code {status}", status == 0),
    )


async def _create_bots(process: DemoProcess, code: str) -> None:
    await process.wait_for_output("Setup code")
    await _type_lines(process, ((f"/claim {code}", "You are the owner", 1),))
    for command in BOT_COMMANDS:
        await _type_lines(process, ((command, "check and create", 1), ("create", "created", 1)))
    await _type_lines(process, TRADING_LINES)


async def _resume_after_restart(process: DemoProcess) -> None:
    await process.wait_for_output("was down")
    await _type_lines(process, RESUMING_LINES)
    await process.wait_for_output("bought|sold|closed|event", times=2, seconds=30)
    await _type_lines(process, LAST_LINES)
    await process.wait_for_silence()


async def _type_lines(process: DemoProcess, lines: Iterable[tuple[str, str, int]]) -> None:
    for command, expected, times in lines:
        await process.type_line(command)
        await process.wait_for_output(expected, times=times)


def _copy_charts(folder: Path, output: Path) -> int:
    charts = sorted((folder / "data" / "charts").glob("*.png"))
    for chart in charts:
        shutil.copy(chart, output / chart.name)
    return len(charts)


def _print_summary(
    checks: tuple[DemoCheck, ...], print_text: Callable[[str], None], *, charts: int, output: Path, seconds: float
) -> int:
    print_text("\nWhat the demo looked up afterwards in database and venue:\n")
    for check in checks:
        print_text(f"  {'ok    ' if check.is_passed else 'FAILED'}  {check.text}\n")
    print_text(f"{charts} charts and the transcript are in {output}. It took {seconds:.0f} s.\n")
    return EXIT_DONE if all(check.is_passed for check in checks) else EXIT_FAILED
