"""Asking the processor for memory before it is needed, where it cannot guess what comes next."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1


def _fetch(typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        held = context.make_array(kind)(context, builder, arguments[0])
        place = builder.gep(held.data, [arguments[1]])
        byte = ir.IntType(8).as_pointer()
        insert: Any = cgutils.get_or_insert_function
        ask = insert(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, *[ir.IntType(32)] * 3]),
            "llvm.prefetch.p0i8",
        )
        flags = [ir.Constant(ir.IntType(32), flag) for flag in (_READ, _KEEP, _DATA)]
        builder.call(ask, [builder.bitcast(place, byte), *flags])
        return context.get_dummy_value()

    return types.void(array, index), generate


fetch: Any = intrinsic(_fetch)
"""`fetch(array, index)` brings the cache line of `array[index]` near; a mere hint, for any index."""
