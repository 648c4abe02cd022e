import type { ShellCommand } from '../../dockerfile/shell.ts'
import { originOf, textOf } from '../context/copied-file.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { programOf, pythons } from './program.ts'

/** Modules that come with Python: importing them writes no file into a usual image, and never one with a time of this build. */
const standard = new Set(
  `__future__ _thread abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 calendar cmath cmd code codecs codeop
   collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime
   dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions
   ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imp importlib inspect io ipaddress
   itertools json keyword lib2to3 linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc
   numbers operator optparse os pathlib pdb pickle pickletools pip pipes pkgutil platform plistlib poplib posix posixpath pprint profile
   pstats pty pwd py_compile pyclbr pydoc queue quopri random re readline reprlib resource runpy sched secrets select selectors shelve
   shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys
   sysconfig syslog tarfile tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback
   tracemalloc tty turtle types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp
   zipfile zipimport zlib zoneinfo`.split(/\s+/),
)

/** Programs that are Python and load the project's code. */
const tools = new Set(['pytest', 'py.test', 'django-admin', 'flask', 'alembic'])
/** Those that load only what was installed with them. */
export const installedTools = new Set(['jupyter', 'spacy', 'nltk'])
/** A script whose text cannot be read here. */
export const unreadScript = '?script'

/**
 * The modules, other than Python's own, that a command makes Python import, and so write to `__pycache__`; `?` is one of
 * unknown name. Null: it imports none.
 */
export function modulesImported(view: View, step: Step, command: ShellCommand): string[] | null {
  const names = importedBy(view, step, command).filter(name => !isStandard(name))
  return names.length === 0 ? null : names
}

function importedBy(view: View, step: Step, command: ShellCommand): string[] {
  const isTool = tools.has(command.name)
  if (isTool || installedTools.has(command.name)) {
    if (command.words.some(({ partial }) => /^(--version|--help|-h)$/.test(partial))) return []
    return [isTool ? '?' : command.name]
  }
  const program = pythons.test(command.name) ? programOf(command) : null
  if (program === null) return []
  if (program.kind === 'module') return program.word?.value == null ? [] : [program.word.value]
  if (program.kind === 'inline') return importsIn(program.word?.partial ?? '')
  if (program.kind === 'input') return importsIn(inputOf(step, command) ?? '')
  const file = program.word?.value ?? null
  const text = scriptText(view, step, command, file)
  if (text !== null) return importsIn(text)
  // Both install, and import what is compiled already: RG501 is about them.
  return file === null || /(^|\/)(get-pip|setup)\.py$/.test(file) ? [] : [unreadScript]
}

/** Whether the repository has a module of that name: then its source is written by this build's COPY, or changed after it. */
export function isOwnModule(view: View, name: string): boolean {
  if (installedTools.has(name)) return false
  const top = name.split('.')[0] ?? ''
  if (top === '?' || top === unreadScript || top === '') return true
  return (view.context?.paths ?? []).some(({ path }) => {
    const parts = path.split('/')
    return parts.at(-1) === `${top}.py` || parts.at(-1) === top
  })
}

const isStandard = (name: string): boolean => standard.has(name.split('.')[0] ?? '')

/** The names of `import a, b.c as d` and `from e import f`; dynamic imports count as one of an unknown module. */
export function importsIn(code: string): string[] {
  const names: string[] = []
  for (const statement of code.slice(0, 200_000).split(/[\n;]/)) {
    const from = /^\s*(?:(?:try|with .{0,80}):\s*)?from\s+(\.*[\w.]*)\s+import\b/.exec(statement)
    const plain = /^\s*(?:(?:try|with .{0,80}):\s*)?import\s+(.{1,500})/.exec(statement)
    if (from !== null) names.push(from[1] ?? '')
    else if (plain !== null) names.push(...(plain[1] ?? '').split(',').map(name => name.trim().split(/\s/)[0] ?? ''))
    else if (/\b(__import__|import_module|run_path|run_module)\s*\(/.test(statement)) names.push('?')
  }
  return names.filter(name => !name.includes('$') && name !== '')
}

/** What stands in a heredoc, a here-string, or `echo … |` for the interpreter. */
function inputOf(step: Step, command: ShellCommand): string | null {
  const redirect = command.redirects.find(({ operator }) => operator.startsWith('<<'))
  if (redirect !== undefined) return redirect.target.partial
  const source = step.script.commands.find(({ pipesInto }) => pipesInto === command)
  return source !== undefined && /^(echo|printf)$/.test(source.name)
    ? source.words.map(({ partial }) => partial).join('\n')
    : null
}

function scriptText(view: View, step: Step, command: ShellCommand, file: string | null): string | null {
  const folder = folderOf(view, step, command)
  if (file === null || (folder === null && !file.startsWith('/'))) return null
  return textOf(view, originOf(view, step, absolute(file, folder ?? '/')))
}
