# SPDX-License-Identifier: GPL-2.0-only
#
# The configuration of Sphinx, which scripts/docs runs. KERNEL in the environment is
# the source of a kernel: its kernel-doc and the directive for it are used.
#
# The pages are written to be read as they are, too. So they do not mark what they
# refer to otherwise than by ``its name``, and here is found out what is meant:
#
#	``page.rst``		becomes a link to the page
#	``handler_table_x()``	one to its description, if it has one; there has to be
#				such a function
#	``folder/file``		has to be a file of this repository, or
#				of the kernel if it is in one of its folders
#
# In comparison.rst, where functions of the kernel are named after a file of its, each
# has to be in that file. What cannot be found is a warning, and so is a call that is
# described but missing in the list of reference.rst.

import glob
import os
import re
import sys

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

top = os.path.abspath('..')
kernel = os.environ['KERNEL']
sys.path.insert(0, os.path.join(kernel, 'Documentation/sphinx'))

project = 'handler_table'
author = copyright = 'the authors of handler_table'
master_doc = 'index'
extensions = ['kerneldoc', 'automarkup']
kerneldoc_bin = os.path.join(kernel, 'scripts/kernel-doc')
kerneldoc_srctree = top
primary_domain = 'c'
highlight_language = 'none'
smartquotes = False
nitpicky = True
# Of the compiler, of the kernel and, as macros have no types, of nobody.
nitpick_ignore_regex = [('c:identifier', '.*')]
c_id_attributes = ['__must_check', '__always_inline', 'notrace']

html_theme = 'alabaster'
html_theme_options = {
    'description': 'Lock-free tables from an event index to a handler, for the Linux kernel',
    'fixed_sidebar': False,
    'page_width': 'min(72em, 96%)',
    'body_min_width': 0,
    'body_max_width': 'none',
}
html_sidebars = {'**': ['about.html', 'navigation.html', 'searchbox.html']}
html_static_path = ['html']
html_css_files = ['page.css']
html_show_sphinx = False
html_copy_source = False

logger = logging.getLogger(__name__)

PAGE = re.compile(r'(?:Documentation/)?([\w-]+)\.rst')
CALL = re.compile(r'(\w+)\(\)')
PATH = re.compile(r'([\w-]+)/[\w./*{},-]+')
OURS = ('Documentation', 'include', 'kunit', 'module', 'samples', 'scripts', 'selftests')
THEIRS = ('arch', 'block', 'drivers', 'fs', 'include', 'kernel', 'lib', 'mm', 'net', 'tools')


def functions_of(*patterns):
    found = set()
    for pattern in patterns:
        for path in glob.glob(os.path.join(top, pattern), recursive=True):
            with open(path, encoding='utf-8') as file:
                found.update(re.findall(r'(\w+)\(', file.read()))
    return found


functions = functions_of('include/**/*.h', 'module/*.[ch]')


def first_of(folders, path):
    """The files that are meant by a path, which may be a pattern."""
    for folder in folders:
        found = glob.glob(os.path.join(folder, path))
        if found:
            return found
    return []


def folders_of(path):
    begin = path.split('/')[0]
    return ([top] if begin in OURS else []) + ([kernel] if begin in THEIRS else [])


class Meant(SphinxTransform):
    default_priority = 400

    def apply(self):
        for paragraph in self.document.findall(nodes.TextElement):
            self.look_at([n for n in paragraph.children if isinstance(n, nodes.literal)])

    def look_at(self, literals):
        source = None
        for literal in literals:
            text = literal.astext()
            path = folders_of(text) if PATH.fullmatch(text) else []
            if PAGE.fullmatch(text):
                self.refer(literal, 'std', 'doc', '/' + PAGE.fullmatch(text)[1])
            elif path:
                files = first_of(path, text)
                if not files:
                    logger.warning('there is no file %s', text, location=literal)
                source = files[0] if files and files[0].startswith(kernel) else None
            elif CALL.fullmatch(text) and source and self.env.docname == 'comparison':
                self.look_for(CALL.fullmatch(text)[1], source, literal)
            elif CALL.fullmatch(text) and 'handler_table' in text.lower():
                name = CALL.fullmatch(text)[1]
                if name not in functions:
                    logger.warning('there is no function %s()', name, location=literal)
                self.refer(literal, 'c', 'func', name)

    def look_for(self, name, source, literal):
        with open(source, encoding='utf-8') as file:
            if not re.search(r'\b%s\(' % name, file.read()):
                logger.warning('there is no %s() in %s', name, source, location=literal)

    def refer(self, literal, domain, kind, target):
        link = addnodes.pending_xref('', literal.deepcopy(), refdomain=domain, reftype=kind,
                                     reftarget=target, refdoc=self.env.docname,
                                     refexplicit=False, refwarn=kind == 'doc')
        literal.replace_self(link)


def unknown_call(app, env, node, contnode):
    """The core's own functions are not described."""
    return contnode if node.get('reftype') == 'func' else None


def find_missing(app, env):
    """Is each call that is described in the list of them?"""
    with open(env.doc2path('reference'), encoding='utf-8') as file:
        listed = set(re.findall(r'``(\w+)\(\)``', file.read()))
    for name, _, kind, page, _, _ in env.get_domain('c').get_objects():
        # A typedef of a function is one to kernel-doc, and what begins with _ is ours.
        if (kind in ('function', 'macro') and name not in listed
                and not name.startswith('_') and not name.endswith('_t')):
            logger.warning('%s() is not in reference.rst', name, location=page)


def setup(app):
    app.add_transform(Meant)
    app.connect('env-check-consistency', find_missing)
    app.connect('missing-reference', unknown_call)
