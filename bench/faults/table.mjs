// What a part of the faults gave, as a table for people.

/** By what the rows of a part are put together. */
const kinds = {
  signals: { title: 'Ended by', of: row => row.way },
  kills: { title: 'Engine killed during', of: row => row.name },
  builder: { title: 'What became of the builder', of: row => row.way },
  'full-disk': { title: 'Full at one write of', of: row => `${row.name}${row.onward ? ', and after it' : ''}` },
  'small-disk': { title: 'Temporary files in', of: row => `${row.size} KiB` },
  beside: { title: 'Beside each other', of: row => `${row.names.join(' and ')}${row.prunes ? ', and prune' : ''}` },
  host: { title: 'Machine', of: row => row.what },
}

/** @returns a table in Markdown */
export function tableOf(part, rows) {
  const { title, of } = kinds[part]
  const groups = grouped(rows, of)
  const lines = [...groups].map(([name, group]) => `| ${name} | ${cellsOf(group).join(' | ')} |`)
  const sum = groups.size > 1 ? [`| **all** | ${cellsOf(rows).join(' | ')} |`] : []
  return [
    `| ${title} | Tried | Exit codes | Slowest end, s | At fault |`,
    '|---|---|---|---|---|',
    ...lines,
    ...sum,
  ].join('\n')
}

function cellsOf(rows) {
  const codes = grouped(rows, row => String(row.code ?? row.signal ?? row.error?.code))
  const ends = rows.map(row => row.exitMs).filter(ms => ms > 0)
  return [
    rows.length,
    [...codes]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([code, those]) => `${code} × ${those.length}`)
      .join(', '),
    ends.length > 0 ? (Math.max(...ends) / 1000).toFixed(1) : '–',
    rows.filter(row => row.problems.length > 0).length,
  ]
}

function grouped(rows, keyOf) {
  const groups = new Map()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}
