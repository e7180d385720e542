"""Everything a person can do: one function, one authorised transaction; every door calls these.

Which function lives where stands in `__init__.pyi`; a module loads when one of its functions is
first asked for, so that a command waits for what it needs and no more.
"""

import sys
from types import ModuleType

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


class _Actions(ModuleType):
    """The package, in which a function stands before the module of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute; a module just loaded does not take the place of its function."""
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Actions
