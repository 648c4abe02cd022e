/** A value of docker's `--output`, `--secret` and the like: `key=value` fields in CSV, quoted where a value needs it. */
export function csv(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .map(field => (/[",\r\n]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',')
}
