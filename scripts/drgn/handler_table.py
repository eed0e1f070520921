#!/usr/bin/env drgn
# SPDX-License-Identifier: GPL-2.0-only
"""
List the published handler tables, or the occupied slots of one of them, in the
words of the files in /sys/kernel/debug/handler_table.
"""
# So that what a dump holds can be compared with what the machine showed before.
# All of it is found where the kernel itself looks: the list of module/publish.c,
# the slots, the functions behind bound handlers, and for the names of what is in
# modules the symbols that the kernel has in memory. Hence the debug info of the
# kernel and of handler_table is enough, that of the handlers' modules is not needed.
#
# Documentation/debugging.rst has examples. A live kernel goes on meanwhile, and no
# lock keeps it from unpublishing a table, or freeing a descriptor, that is being
# looked at.
import argparse
import sys

from drgn import FaultError, Object
from drgn.helpers.linux.list import list_for_each_entry

# What stands for a module where there is none, and for what has no name.
BUILT_IN = "-"
UNKNOWN = "?"


def fail(why):
    sys.exit(f"handler_table: {why}")


def modules(prog):
    """All modules; none if the kernel does not know what that is."""
    try:
        head = prog.variable("modules", "kernel/module/main.c")
    except LookupError:
        return []
    return list_for_each_entry("struct module", head.address_of_(), "list")


def name_of(module):
    return module.name.string_().decode()


def areas_of(module):
    """The areas of its memory, each with a base and a size."""
    if hasattr(module, "mem"):
        return list(module.mem)
    # Before 6.4.
    return [module.core_layout, module.init_layout]


def is_in(module, address):
    return any(
        area.base.value_() <= address < area.base.value_() + area.size.value_()
        for area in areas_of(module)
    )


def symbols_of(module):
    """(address, name) of those that find_kallsyms_symbol() looks at."""
    # Without CONFIG_KALLSYMS there are none.
    if not hasattr(module, "kallsyms"):
        return
    table = module.kallsyms
    for i in range(1, table.num_symtab):
        symbol = table.symtab[i].read_()
        name = (table.strtab + symbol.st_name).string_().decode()
        # Undefined, unnamed, or one of the assembler's.
        if symbol.st_shndx and name and not name.startswith(("$", ".L", "L0")):
            yield symbol.st_value.value_(), name


class Symbols:
    """Names functions as module/symbol.c does, and remembers the names."""

    def __init__(self, prog):
        self.prog = prog
        self.modules = list(modules(prog))
        self.symbols = {}
        self.names = {}

    def find_in(self, module, address):
        name = name_of(module)
        if name not in self.symbols:
            self.symbols[name] = list(symbols_of(module))
        # Of several at the same address it is the first.
        nearest = max(
            (symbol for symbol in self.symbols[name] if symbol[0] <= address),
            key=lambda symbol: symbol[0],
            default=None,
        )
        return (nearest[1], name) if nearest else (UNKNOWN, UNKNOWN)

    def find(self, address):
        for module in self.modules:
            if is_in(module, address):
                return self.find_in(module, address)
        try:
            return self.prog.symbol(address).name, BUILT_IN
        except LookupError:
            return UNKNOWN, UNKNOWN

    def name(self, address):
        """The function that is there, and its module."""
        if address not in self.names:
            self.names[address] = self.find(address)
        return self.names[address]


def is_in_kernel(prog, address):
    return prog.symbol("_text").address <= address < prog.symbol("_end").address


def published(prog):
    """The tables that operators see, in the order of publication."""
    found = [module for module in modules(prog) if name_of(module) == "handler_table"]
    try:
        head = prog["handler_table_published"].address_of_()
    except LookupError:
        head = None
    # The debug info can be that of another build, or the module's without the module.
    if found and not (head and is_in(found[0], head.value_())):
        fail("no debug info for this handler_table: name its .ko file with drgn's -s")
    if not found and not (head and is_in_kernel(prog, head.value_())):
        fail("handler_table is not loaded")
    for pub in list_for_each_entry("struct handler_table_publication", head, "node"):
        # Its directory is going or gone already.
        if not pub.going:
            yield pub.table


def occupied(prog, table):
    """(index, word) of each occupied slot."""
    array = prog.array_type(prog.type("unsigned long"), table.nr.value_())
    words = Object(prog, array, address=table.slots.address_).value_()
    return [(idx, word) for idx, word in enumerate(words) if word]


def line_of(prog, table):
    owner = name_of(table.owner) if table.owner else BUILT_IN
    used = len(occupied(prog, table))
    return f"{table.name.string_().decode()} {table.nr.value_()} {used} {owner}"


def lines_of_slots(prog, symbols, table):
    """Of bound handlers it is the function that their descriptor begins with."""
    is_bound = table.kind and table.kind.function
    for idx, word in occupied(prog, table):
        try:
            function = prog.read_word(word) if is_bound else word
            yield " ".join((str(idx), *symbols.name(function)))
        except FaultError:
            yield f"{idx} {UNKNOWN} {UNKNOWN}"


def show(prog, args):
    try:
        # Every kernel has it.
        prog["init_task"]
    except LookupError:
        fail("no debug info for the kernel: name its vmlinux with drgn's -s")
    symbols = Symbols(prog)
    found = False
    for table in published(prog):
        if args.table and table.name.string_().decode() != args.table:
            continue
        found = True
        if not args.table:
            print(line_of(prog, table))
        if args.table or args.all:
            indent = "\t" if args.all else ""
            for line in lines_of_slots(prog, symbols, table):
                print(indent + line)
    if args.table and not found:
        fail(f"there is no published table '{args.table}'")


def main(prog):
    parser = argparse.ArgumentParser(prog="handler_table", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "-a", "--all", action="store_true", help="all tables, each with its slots"
    )
    which.add_argument("table", nargs="?", help="the slots of this table")
    try:
        show(prog, parser.parse_args())
    except FaultError as error:
        fail(f"the kernel's memory cannot be read: {error}")


main(prog)
