/** The fenced blocks of a Markdown page in one language; `marked`: only those right below this comment. */
export const fenced = (page: string, language: string, marked = ''): string[] =>
  [
    ...page.matchAll(
      new RegExp(`${marked === '' ? '' : `^<!-- ${marked} -->\\n`}^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'),
    ),
  ].map(([, text = '']) => text)
