import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { renderHtml } from '../../../src/report/html/html.ts'
import type { Report } from '../../../src/report/report.ts'
import { hostilePieces, withTexts } from '../hostile-reports.ts'
import { entry, fiveThousand, looked, severalImages, withEntries } from './entry-reports.ts'

const path = process.env.CHROME_PATH ?? '/usr/bin/chromium'
/** Under CI a missing browser is a failure. */
const isThere = existsSync(path) || Boolean(process.env.CI)

if (!isThere)
  describe.skip('report.html in Chromium (no /usr/bin/chromium, and CHROME_PATH names none)', () =>
    void test('is not opened here', () => {}))
const describeInChromium = isThere ? describe : () => {}

const widths = { phone: { width: 360, height: 780 }, desk: { width: 1440, height: 900 } }
const blobUrl = 'https://github.com/o/r/blob/1a2b3c4d'

describeInChromium('report.html in Chromium', () => {
  let browser: Browser
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repro-gate-html-'))
    browser = await chromium.launch({
      executablePath: path,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  interface Opened {
    page: Page
    /** Whatever was asked of a network, said on the console, or thrown. */
    noise: string[]
  }

  /** Opens a report in a tab of its own, does the work, and closes it; nothing may have been asked for or complained of. */
  async function inTab(
    report: Report,
    options: BrowserContextOptions,
    work: (opened: Opened) => Promise<void>,
  ): Promise<void> {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.html`)
    await writeFile(file, renderHtml(report, { blobUrl }))
    const context = await browser.newContext(options)
    try {
      const page = await context.newPage()
      const noise: string[] = []
      page.on('console', message => noise.push(message.text()))
      page.on('pageerror', error => noise.push(error.message))
      page.on('dialog', async dialog => {
        noise.push(`dialog ${dialog.message()}`)
        await dialog.dismiss()
      })
      page.on('request', request => {
        if (!request.isNavigationRequest() && !request.url().startsWith('data:')) noise.push(request.url())
      })
      await page.goto(pathToFileURL(file).href)
      await work({ page, noise })
      expect(noise).toEqual([])
    } finally {
      await context.close()
    }
  }

  const overflow = (page: Page): Promise<number> =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  /** Every entry that is shown, opened. */
  const openAll = (page: Page): Promise<unknown> =>
    page.evaluate(`for (const one of document.querySelectorAll('button[data-entry]')) one.click()
      for (const one of document.querySelectorAll('details')) one.open = true`)

  describe.each(Object.entries(widths))('on a %s', (_, viewport) => {
    test.each(Object.keys(looked))(
      '%s needs no network, complains of nothing and does not scroll sideways',
      async name => {
        await inTab(looked[name] as Report, { viewport }, async ({ page }) => {
          expect(await overflow(page)).toBeLessThanOrEqual(0)
          if (name !== 'thousands') await openAll(page)
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            expect(await overflow(page)).toBeLessThanOrEqual(0)
          }
        })
      },
      120_000,
    )
  })

  test('names of images and platforms are not broken on a phone', async () => {
    const results = severalImages.results?.map(one => ({
      ...one,
      file: 'services/worker/worker.Dockerfile-of-production',
    }))
    await inTab({ ...severalImages, ...(results ? { results } : {}) }, { viewport: widths.phone }, async ({ page }) => {
      const heights: number[] = await page.evaluate(
        `[...document.querySelectorAll('#images tbody th, #images tbody td:nth-child(3)')].map(cell => { const range = document.createRange(); range.selectNodeContents(cell); return new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 8))).size })`,
      )
      expect(new Set(heights)).toEqual(new Set([1]))
    })
  })

  test('dark and light are two', async () => {
    const grounds: string[] = []
    for (const colorScheme of ['light', 'dark'] as const)
      await inTab(withEntries, { colorScheme }, async ({ page }) => {
        grounds.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
      })
    expect(new Set(grounds).size).toBe(2)
  })

  test('hostile text runs nothing, and is no element', async () => {
    for (let at = 0; at < hostilePieces.length; at += 4)
      await inTab(
        withTexts(severalImages, hostilePieces.slice(at, at + 4)),
        { viewport: widths.phone },
        async ({ page }) => {
          await openAll(page)
          const elements: string[] = await page.evaluate(
            `[...document.querySelectorAll('body *')].flatMap(one => [one.localName, ...[...one.attributes].map(({ name }) => one.localName + ' ' + name)])`,
          )
          expect(
            elements.filter(one =>
              / on|^(?:img|iframe|object|embed|base|meta|link|font|b|h5)$| (?:style|src|srcset|formaction|xlink:href)$/.test(
                one,
              ),
            ),
          ).toEqual([])
          expect(
            await page.evaluate(
              `[...document.querySelectorAll('a')].filter(one => !/^(?:https:|#|file:)/.test(one.href)).length`,
            ),
          ).toBe(0)
          expect(await page.evaluate('document.querySelectorAll("script, style").length')).toBe(3)
          expect(await overflow(page)).toBeLessThanOrEqual(0)
        },
      )
  }, 240_000)

  test('a script of somebody else is refused by the policy', async () => {
    const file = join(folder, 'forged.html')
    await writeFile(
      file,
      renderHtml(withEntries).replace(
        '<main',
        '<script>window.forged = true</script><img src=x onerror="window.forged = true"><main',
      ),
    )
    const page = await browser.newPage()
    const refused: string[] = []
    page.on('console', message => refused.push(message.text()))
    await page.goto(pathToFileURL(file).href)
    expect(await page.evaluate('window.forged')).toBeUndefined()
    expect(refused.filter(text => /Content Security Policy/.test(text)).length).toBeGreaterThanOrEqual(2)
    expect(await page.locator('h1').textContent()).toContain('Not reproducible')
    await page.close()
  })

  test('is searched, filtered and opened with the keyboard alone', async () => {
    await inTab(withEntries, { viewport: widths.desk }, async ({ page }) => {
      const focused = (): Promise<string> =>
        page.evaluate(
          'document.activeElement.id || document.activeElement.className || document.activeElement.textContent',
        )
      await page.keyboard.press('Tab')
      expect(await focused()).toBe('skip')
      await page.keyboard.press('/')
      expect(await focused()).toBe('query')
      await page.keyboard.type('pycache')
      expect(await page.locator('#entry-count').textContent()).toBe('1 path')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      const button = page.locator('button[data-entry]')
      expect(await page.evaluate('document.activeElement.dataset.entry')).toBe('2')
      await page.keyboard.press('Enter')
      expect(await button.getAttribute('aria-expanded')).toBe('true')
      // Bytes that are no text are shown as bytes, those that differ marked on both sides.
      const sides = page.locator('.sides pre')
      expect(await sides.first().textContent()).toMatch(/^00000000 {2}a7 0d 0d 0a 00 00 00 00/)
      expect(await sides.locator('mark').allTextContents()).toEqual(['3b', ';', '7a', 'z'])
      await page.getByRole('button', { name: 'Text' }).focus()
      await page.keyboard.press('Enter')
      expect(await page.getByRole('button', { name: 'Text' }).getAttribute('aria-pressed')).toBe('true')
      await page.keyboard.press('/')
      await page.keyboard.press('Escape')
      expect(await page.locator('#entry-count').textContent()).toBe('All 7 paths')
    })
  })

  test('shows both sides: facts that differ, text with what differs marked, a side that is not there, what is withheld', async () => {
    await inTab(withEntries, { viewport: widths.desk }, async ({ page }) => {
      await openAll(page)
      const panel = (at: number) => page.locator(`#entry-${at}`)
      expect(await panel(0).locator('mark').allTextContents()).toEqual(expect.arrayContaining(['5:28', '6:31']))
      expect(await panel(1).locator('td').allTextContents()).toEqual(['300 B', '301 B'])
      expect(await panel(2).locator('td').allTextContents()).toEqual([
        expect.stringMatching(/^2026-11-21 \d\d:\d\d:\d\d UTC \(1795230331\.5\)$/),
        expect.stringMatching(/UTC \(1795230394\.25\)$/),
      ])
      expect(await panel(3).textContent()).toMatch(/META-INF\/MANIFEST\.MF is at byte 9.*/)
      expect(await panel(3).textContent()).toContain('It came through line 12, 14.')
      expect(await panel(4).textContent()).toContain('look like a secret')
      expect(await panel(5).textContent()).toContain('No such file.')
      expect(await panel(6).textContent()).toContain('1000:0 (app:)')
    })
  })

  test('a cause leads to its paths', async () => {
    await inTab(withEntries, { viewport: widths.desk }, async ({ page }) => {
      await page.locator('#cause-2 a[data-cause]').click()
      expect(await page.locator('#by-cause').inputValue()).toBe('1')
      expect(await page.locator('#entry-list > li').count()).toBe(2)
    })
  })

  test('without script everything is readable, and nothing that needs one is shown', async () => {
    await inTab(
      { ...withEntries, entries: { list: [...(withEntries.entries?.list ?? []), entry('z')], more: 2 } },
      { javaScriptEnabled: false },
      async ({ page }) => {
        expect(await page.locator('.only-script:visible').count()).toBe(0)
        expect(await page.locator('#entry-list .path:visible').count()).toBe(8)
        expect(await page.locator('article.cause:visible').count()).toBe(3)
      },
    )
  })

  test('is told to a screen reader by landmarks, headings, names and tables', async () => {
    await inTab(withEntries, { viewport: widths.desk }, async ({ page }) => {
      const tree = await page.locator('body').ariaSnapshot()
      for (const line of [
        /^- link "Skip to the report"/m,
        /^- banner:/m,
        /heading "Not reproducible" \[level=1\]/,
        /^- navigation "Parts of the report":/m,
        /^- main:/m,
        /^ {2}- region "Do this first":/m,
        /heading "Why they differ 2 causes and 1 unexplained difference" \[level=2\]/,
        /article "1 apt and dpkg wrote the build time into their logs":/,
        /img "Layers of A and B: 2 of 4 differ/,
        /table "What was seen":/,
        /columnheader "Build A"/,
        /rowheader "Base images pinned by digest"/,
        /^ {2}- region "Paths that differ 7":/m,
        /search/,
        /searchbox "Search paths, causes, changes"/,
        /combobox "Cause"/,
        /status: All 7 paths/,
        /button "var\/log\/dpkg\.log content · line 3 · cause 1"/,
        /^- contentinfo:/m,
      ])
        expect(tree).toMatch(line)
      // Whatever takes the focus has a name.
      const nameless: string[] =
        await page.evaluate(`[...document.querySelectorAll('button, a[href], input, select, summary, [tabindex="0"]')]
        .filter(one => one.checkVisibility() && !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)).map(one => one.outerHTML.slice(0, 80))`)
      expect(nameless).toEqual([])
      // What can be pressed is large enough for a finger.
      const small: string[] = await page.evaluate(
        `[...document.querySelectorAll('button, input, select')].filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24).map(one => one.outerHTML.slice(0, 80))`,
      )
      expect(small).toEqual([])
    })
  })

  test('is searched, opened and read in hex by keyboard alone', async () => {
    await inTab(fiveThousand, { viewport: widths.desk }, async ({ page }) => {
      await page.keyboard.press('/')
      await page.keyboard.type('module_7/')
      expect(await page.locator('#entry-count').textContent()).toBe('1 path')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      expect(await page.locator('#entry-7 .sides pre').count()).toBe(2)
      const isHex = "document.activeElement.textContent === 'Hex'"
      for (let presses = 0; presses < 4 && !(await page.evaluate(isHex)); presses++) await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      expect(await page.locator('#entry-7 pre.hex').first().textContent()).toMatch(/^00000000 {2}[0-9a-f]{2} /)
      await page.locator('#query').press('Escape')
      expect(await page.locator('#entry-count').textContent()).toBe('5,000 paths, the first 100 shown')
    })
  })

  test('of what is not listed, or has no bytes here, says so', async () => {
    await inTab(fiveThousand, { viewport: widths.desk }, async ({ page }) => {
      await page.locator('#query').fill('module_4998/')
      await page.locator('button[data-entry]').click()
      expect(await page.locator('#entry-4998').textContent()).toContain('Their bytes are not in this report')
      await page.locator('#query').fill('nothing of the kind')
      expect(await page.locator('#entry-count').textContent()).toBe(
        'Nothing fits. 12,345 more differ, and are not listed here.',
      )
    })
  })

  test('nothing moves where nobody wants it', async () => {
    await inTab(withEntries, { reducedMotion: 'reduce' }, async ({ page }) => {
      expect(await page.evaluate('getComputedStyle(document.documentElement).scrollBehavior')).toBe('auto')
      expect(
        await page.evaluate(
          `getComputedStyle(document.querySelector('button[data-entry]'), '::before').transitionDuration`,
        ),
      ).toBe('0s')
    })
  })

  test('of 5,000 files is there at once, and is searched while one types', async () => {
    await inTab(fiveThousand, { viewport: widths.phone }, async ({ page }) => {
      expect(await page.locator('#entry-list > li').count()).toBe(100)
      expect(await page.locator('#entry-count').textContent()).toBe('5,000 paths, the first 100 shown')
      const took: number[] =
        await page.evaluate(`['m', 'module_49', 'module_4999', 'pyc-timestamp', 'nothing of the kind', ''].map(text => {
        const query = document.getElementById('query')
        const start = performance.now()
        query.value = text
        query.dispatchEvent(new Event('input'))
        document.body.offsetHeight
        return performance.now() - start
      })`)
      // Ten times what it takes on a machine that does nothing else.
      expect(Math.max(...took)).toBeLessThan(1000)
      await page.locator('#query').fill('module_4999')
      expect(await page.locator('#entry-list .path').allTextContents()).toEqual([
        expect.stringContaining('module_4999'),
      ])
      await page.locator('#query').fill('')
      await page.locator('#more-entries').click()
      expect(await page.locator('#entry-list > li').count()).toBe(200)
      expect(await page.evaluate('document.activeElement.dataset.entry')).toBe('100')
    })
  })
})
