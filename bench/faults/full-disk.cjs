// Loaded into a program with `--require`: one write of it fails as on a full disk, half done. Reads and removals do not.
//   REPRO_GATE_FULL_AT='2 FILE'  which: the second to a file of that name, as it stands in the list; absent: none
//   REPRO_GATE_FULL_ON=1         so do all after it
//   REPRO_GATE_FULL_LIST=FILE    each write is noted there, a line each
//   REPRO_GATE_FULL_SEEN=FILE    made when a write fails
const fs = require('node:fs')
const { relative } = require('node:path')

const {
  REPRO_GATE_FULL_AT: at,
  REPRO_GATE_FULL_ON: on,
  REPRO_GATE_FULL_LIST: list,
  REPRO_GATE_FULL_SEEN: seen,
} = process.env
const real = { appendFileSync: fs.appendFileSync, writeFileSync: fs.writeFileSync }
const counts = new Map()
let isFull = false

/** Without what is random in names. */
const named = path =>
  relative(process.cwd(), String(path))
    .replace(/^.*\/repro-gate-\w{6}(?=\/|$)/, 'T')
    .replace(/^\.\.\/\w+\/repro-gate-$/, 'T-')
    .replace(/-\w{6}(?=-[0-9a-f]{16}$|\/|$)/g, '')
    .replace(/[0-9a-f]{60,}/, 'LAYER')
    .replace(/-[0-9a-f]{16}$|-\d{3,6}(?=\/|$)/, '')
    .replace(/gate-[0-9a-f]{8}$/, 'gate-PART')

/** Whether this one fails. Of a file only what makes or fills it counts, and nothing of terminals, pipes and devices. */
function fails(path) {
  if (/^\/(dev|proc)\//.test(String(path)) || path === list) return false
  const name = named(path)
  const count = (counts.get(name) ?? 0) + 1
  counts.set(name, count)
  if (list) real.appendFileSync(list, `${count} ${name}\n`)
  if (isFull && on) return true
  isFull = `${count} ${name}` === at
  if (isFull && seen) real.writeFileSync(seen, '')
  return isFull
}

const full = (syscall, path) =>
  Object.assign(new Error(`ENOSPC: no space left on device, ${syscall} '${path}'`), {
    code: 'ENOSPC',
    errno: -28,
    syscall,
    path: String(path),
  })

const half = data => {
  const bytes = Buffer.from(data ?? '')
  return bytes.subarray(0, bytes.length >> 1)
}

for (const name of ['writeFile', 'appendFile']) {
  const whole = fs.promises[name]
  fs.promises[name] = async (path, data, ...rest) => {
    if (typeof path !== 'object' || path instanceof URL ? fails(path) : false) {
      await whole(path, half(typeof data === 'string' || ArrayBuffer.isView(data) ? data : ''), ...rest)
      throw full('write', path)
    }
    return whole(path, data, ...rest)
  }
  const sync = fs[`${name}Sync`]
  fs[`${name}Sync`] = (path, data, ...rest) => {
    if (typeof path !== 'number' && fails(path)) {
      sync(path, half(data), ...rest)
      throw full('write', path)
    }
    return sync(path, data, ...rest)
  }
}
for (const name of ['mkdir', 'mkdtemp', 'copyFile', 'rename', 'symlink', 'link', 'cp']) {
  const whole = fs.promises[name]
  const placeIn = args => (['copyFile', 'rename', 'symlink', 'link', 'cp'].includes(name) ? args[1] : args[0])
  fs.promises[name] = async (...args) => {
    const place = placeIn(args)
    if (!(name === 'mkdir' && fs.existsSync(place)) && fails(place)) {
      if (name === 'copyFile') real.writeFileSync(place, half(fs.readFileSync(args[0])))
      throw full(name, place)
    }
    return whole(...args)
  }
}
for (const name of ['mkdirSync', 'mkdtempSync', 'copyFileSync', 'renameSync', 'symlinkSync']) {
  const whole = fs[name]
  fs[name] = (...args) => {
    const place = /copy|rename|symlink/.test(name) ? args[1] : args[0]
    if (!(name === 'mkdirSync' && fs.existsSync(place)) && fails(place)) throw full(name, place)
    return whole(...args)
  }
}

// Streams of files write through these; what is written into a FileHandle goes by its own methods.
const paths = new Map()
const open = fs.open
fs.open = (path, flags, ...rest) => {
  const done = rest.pop()
  return open(path, flags, ...rest, (error, fd) => {
    if (!error && /[wa+]/.test(String(flags))) paths.set(fd, path)
    done(error, fd)
  })
}
const close = fs.close
fs.close = (fd, ...rest) => {
  paths.delete(fd)
  return close(fd, ...rest)
}
for (const name of ['write', 'writev']) {
  const whole = fs[name]
  fs[name] = (fd, ...rest) => {
    if (paths.has(fd) && fails(paths.get(fd))) return void process.nextTick(rest.at(-1), full('write', paths.get(fd)))
    return whole(fd, ...rest)
  }
}
const openPromise = fs.promises.open
fs.promises.open = async (path, flags, ...rest) => {
  const handle = await openPromise(path, flags, ...rest)
  if (!/[wa+]/.test(String(flags ?? 'r'))) return handle
  for (const name of ['write', 'writev', 'writeFile', 'appendFile', 'truncate']) {
    const whole = handle[name].bind(handle)
    handle[name] = async (...args) => {
      if (fails(path)) throw full('write', path)
      return whole(...args)
    }
  }
  return handle
}
