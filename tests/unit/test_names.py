import ast
from pathlib import PurePath

from tests.names import Module, bare_methods, repeated_classes


def a_module(path: str, source: str) -> Module:
    return PurePath(path), ast.parse(source)


def test_a_class_name_means_one_class_in_the_whole_product() -> None:
    modules = [a_module("bot/order.py", "class Order: ..."), a_module("storage/order.py", "class Order: ...")]
    assert [str(hit) for hit in repeated_classes(modules)] == [
        "storage/order.py:1: class Order is also in bot/order.py: one name, one meaning"
    ]
    assert list(repeated_classes(modules[:1])) == []


def test_the_inner_class_that_the_database_library_asks_for_may_stand_in_every_model() -> None:
    model = "class {}:\n    class Meta: ..."
    assert list(repeated_classes([a_module("a.py", model.format("Bot")), a_module("b.py", model.format("Fill"))])) == []


def test_a_method_says_what_it_does_to_what() -> None:
    source = "class Router:\n    def take(self) -> None: ...\n    def take_job(self) -> None: ..."
    assert [str(hit) for hit in bare_methods([a_module("bot/router.py", source)])] == [
        "bot/router.py:2: method Router.take: say what it does to what"
    ]
