import type { CraftedEntry } from '../image/crafted.ts'

interface Folder {
  mode: number
  names: Map<string, Node>
}
interface Leaf {
  is: string
  mode: number
  target?: string
}
type Node = Folder | Leaf

const isFolder = (node: Node | undefined): node is Folder => node !== undefined && 'names' in node

class Refused extends Error {}

/**
 * What is there when layers were unpacked one over the other, as engines do it: entry after entry, through symbolic links
 * that are there by then. One text for each tree; `refused` where an entry cannot be unpacked.
 */
export function unpacked(layers: readonly (readonly CraftedEntry[])[]): string {
  const root: Folder = { mode: 0o755, names: new Map() }
  try {
    for (const layer of layers) for (const entry of layer) unpack(root, entry)
  } catch (error) {
    if (error instanceof Refused) return 'refused'
    throw error
  }
  return listed(root, new Map()).join('\n')
}

function unpack(root: Folder, { name, typeflag = '0', linkname = '', content = '', mode = 0o644 }: CraftedEntry): void {
  const steps = name.split('/').filter(step => step !== '')
  const base = steps.pop() ?? ''
  const folder = folderAt(root, steps, true)
  const before = folder.names.get(base)
  if (base === '.wh..wh..opq') folder.names.clear()
  else if (base.startsWith('.wh.')) folder.names.delete(base.slice('.wh.'.length))
  else if (typeflag !== '5') {
    folder.names.delete(base)
    folder.names.set(base, leafOf(root, typeflag, linkname, { is: String(content), mode }))
  } else if (isFolder(before)) before.mode = mode
  else folder.names.set(base, { mode, names: new Map() })
}

function leafOf(root: Folder, typeflag: string, linkname: string, own: Leaf): Node {
  if (typeflag === '2') return { is: `-> ${linkname}`, mode: 0o777, target: linkname }
  if (typeflag !== '1') return own
  const steps = linkname.split('/')
  const base = steps.pop() ?? ''
  const target = folderAt(root, steps, false).names.get(base)
  if (target === undefined || isFolder(target)) throw new Refused()
  // The file has what its last link says.
  if (target.target === undefined) target.mode = own.mode
  return target
}

/** The folder of these steps, by way of links; nothing leads out of the root. */
function folderAt(root: Folder, steps: readonly string[], make: boolean): Folder {
  const trail = [root]
  const left = [...steps]
  for (let turns = 0; left.length > 0; turns += 1) {
    if (turns > 100) throw new Refused()
    const [step = '', here] = [left.shift(), trail.at(-1) as Folder]
    if (step === '' || step === '.') continue
    if (step === '..') {
      if (trail.length > 1) trail.pop()
      continue
    }
    if (make && !here.names.has(step)) here.names.set(step, { mode: 0o755, names: new Map() })
    const next = here.names.get(step)
    if (isFolder(next)) trail.push(next)
    else if (next?.target === undefined) throw new Refused()
    else {
      if (next.target.startsWith('/')) trail.length = 1
      left.unshift(...next.target.split('/'))
    }
  }
  return trail.at(-1) as Folder
}

/** Hard links of one file have one number. */
function listed(folder: Folder, numbers: Map<Node, number>, path = ''): string[] {
  return [...folder.names.keys()].sort().flatMap(name => {
    const node = folder.names.get(name) as Node
    if (isFolder(node)) return [`${path}${name}/ ${node.mode}`, ...listed(node, numbers, `${path}${name}/`)]
    if (!numbers.has(node)) numbers.set(node, numbers.size)
    return [`${path}${name} ${node.is} ${node.mode} #${numbers.get(node)}`]
  })
}
