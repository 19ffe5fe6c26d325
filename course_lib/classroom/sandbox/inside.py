"""The program that runs inside the sandbox: it runs a student's cells, calls their functions and
answers with plain data.

Design choices:
- One request, one reply, each a length and that many bytes. Requests are pickled, for they come
  from the trusted side; replies are JSON, which runs nothing when it is read.
- A student's code shares this process: it can reach this loop and write into its pipe. All it can
  do so is to change its own answers.
- Nothing printed goes anywhere, so that a flood of output costs nothing.
- An import of the set-up cell is made only where its name stands somewhere in the student's code:
  torch alone takes longer than all the rest.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import linecache
import os
import pickle
import sys
import types
from pathlib import Path
from typing import Any, BinaryIO

from course_lib import plain_data as plain
from course_lib.classroom.sandbox import limits
from course_lib.classroom.sandbox.framing import LENGTH, framed

LONGEST_TEXT = 600
"""Characters of an error's message that are sent."""
FAILURES = "course_lib.teaching.checks.failures"
"""The module that makes a sentence of an error."""
Reply = list[Any]


def main() -> None:
    """Answer requests until there are no more."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    limits.bind(*json.loads(sys.argv[1]))
    answering = Answering()
    while True:
        request = _read(requests)
        if request is None:
            return
        reply = json.dumps(answering.reply(*pickle.loads(request))).encode("ascii")
        replies.write(framed(reply))
        replies.flush()


def _read(pipe: BinaryIO) -> bytes | None:
    """One message, or None at the end."""
    head = pipe.read(LENGTH.size)
    return pipe.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


class Answering:
    """The names that a student's code lives in, and what may be asked of them."""

    def __init__(self) -> None:
        """Begin with nothing; a module of its own, so that pickles and dataclasses find it."""
        self.module = types.ModuleType("__main__")
        self.names = self.module.__dict__
        sys.modules["__main__"] = self.module
        self.names["__builtins__"] = __builtins__

    def reply(self, what: str, *given: Any) -> Reply:
        """What one request gives; whatever a student's code raises is a reply too."""
        try:
            return list(getattr(self, f"do_{what}")(*given))
        except plain.NotPlain as problem:
            return ["not plain", str(problem)]
        except BaseException as error:  # SystemExit and KeyboardInterrupt are a student's to raise
            return [*_told(error, str(given[0]) if given else what, self.names)]

    def do_set_up(self, source: str, words: frozenset[str]) -> Reply:
        """Run the imports of a trusted cell whose names are among `words`, and all that is no
        import."""
        exec(compile(_with_wanted_imports(source, words), "<setup>", "exec"), self.names)
        return ["done"]

    def do_give(self, values: dict[str, Any]) -> Reply:
        """Give names these values."""
        self.names.update(values)
        return ["done"]

    def do_run(self, name: str, source: str) -> Reply:
        """Run one cell of a student."""
        file = f"<{name}>"
        # so that a message can quote the line it speaks of
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(_as_python(source), file, "exec"), self.names)
        return ["done"]

    def do_look(self, names: list[str]) -> Reply:
        """What some names stand for: "callable", nothing, or plain data."""
        return ["values", {name: self._looked_at(name) for name in names}]

    def _looked_at(self, name: str) -> Reply:
        if name not in self.names:
            return ["absent"]
        value = self.names[name]
        if isinstance(value, types.FunctionType | types.BuiltinFunctionType | type):
            return ["callable"]
        try:
            return ["plain", plain.packed(value)]
        except plain.NotPlain as problem:
            return ["callable"] if callable(value) else ["not plain", str(problem)]

    def do_call(self, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Reply:
        """What a function gives, and which of its arguments it changed in place."""
        before = [_as_sent(each) for each in given]
        result = plain.packed(self.names[name](*given, **named))
        after = [_as_sent(each) for each in given]
        changed = [
            [place, plain_one]
            for place, (old, plain_one) in enumerate(zip(before, after, strict=True))
            if old != plain_one and plain_one is not None
        ]
        return ["plain", result, changed]


def _with_wanted_imports(source: str, words: frozenset[str]) -> ast.Module:
    """A trusted cell without the imports that nobody uses."""
    module = ast.parse(source)
    for statement in module.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            statement.names = [each for each in statement.names if _called(each) in words]
    module.body = [statement for statement in module.body if getattr(statement, "names", True)]
    return module


def _as_sent(value: Any) -> Reply | None:
    """An argument that a function can change, in the form that is sent; None for any other."""
    if type(value) not in (list, dict):
        return None
    try:
        return plain.packed(value)
    except plain.NotPlain:
        return None


def _called(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def _as_python(source: str) -> str:
    """A cell as Python: as it is, or without Jupyter's own lines where it has some."""
    try:
        compile(source, "<cell>", "exec", ast.PyCF_ONLY_AST)
        return source
    except SyntaxError:
        if not any(line.lstrip().startswith(("%", "!", "?")) for line in source.splitlines()):
            raise
    # a blank line in its place, so that line numbers stay
    lines = ["" if line.startswith(("%", "!", "?")) else line for line in source.split("\n")]
    return "\n".join(lines)


def _told(error: BaseException, task: str, names: dict[str, Any]) -> tuple[str, str, str]:
    """An error as a reply: how bad it is, its type, and a sentence for the student."""
    if isinstance(error, MemoryError):
        return "crash", "MemoryError", "the answer takes more memory than it may have"
    if not isinstance(error, Exception):
        return "crash", type(error).__name__, "the answer stops Python itself"
    try:
        return "error", type(error).__name__, _sentence(error, task, names)[:LONGEST_TEXT]
    except Exception:  # an error whose own words fail, or a student's code in the way
        return "error", type(error).__name__, f"the answer stops with {type(error).__name__}"


def _sentence(error: Exception, task: str, names: dict[str, Any]) -> str:
    """What `teaching.checks.failures.sentence` says, by its file alone: the floor that it stands on
    takes a second to load, which would be the student's."""
    if FAILURES not in sys.modules:
        file = Path(plain.__file__).parents[1].joinpath(*FAILURES.split(".")).with_suffix(".py")
        spec = importlib.util.spec_from_file_location(FAILURES, file)
        assert spec is not None and spec.loader is not None
        sys.modules[FAILURES] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[FAILURES])
    return str(sys.modules[FAILURES].sentence(error, task, names))


if __name__ == "__main__":
    main()
