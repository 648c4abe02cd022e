/** Colours by theme, as CSS variables: a text's name, and the grounds it may stand on, are held to WCAG AA by a test. */
export const themes = {
  light: {
    ...{ ground: '#fbfbfa', card: '#ffffff', sunk: '#f3f3f0', edge: '#dddcd6', text: '#1d1f23', quiet: '#5b5f66' },
    ...{ link: '#0a5bb5', focus: '#0a5bb5', good: '#17692f', bad: '#b02318', warn: '#84540a', note: '#4a5568' },
    ...{ 'good-ground': '#e8f4ea', 'bad-ground': '#fdecea', 'warn-ground': '#fcf2dc', 'note-ground': '#edf0f3' },
    ...{ same: '#c3c7cd', differs: '#d9634f', hatch: '#8f2116', mark: '#ffe19a', 'on-mark': '#3a2900' },
  },
  dark: {
    ...{ ground: '#131517', card: '#1a1d20', sunk: '#101214', edge: '#33383e', text: '#e6e8ea', quiet: '#a2a9b1' },
    ...{ link: '#7ab8ff', focus: '#7ab8ff', good: '#74cf8b', bad: '#ff9a8d', warn: '#eabb62', note: '#b4bfcc' },
    ...{ 'good-ground': '#15281a', 'bad-ground': '#331a17', 'warn-ground': '#2c2412', 'note-ground': '#22272d' },
    ...{ same: '#4c535b', differs: '#d9634f', hatch: '#5c150d', mark: '#5c4708', 'on-mark': '#ffedc2' },
  },
} as const

const variables = (theme: Readonly<Record<string, string>>): string =>
  Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')

/** All of the page's style. Nothing is loaded: fonts are those of the system. */
export const style = `:root{color-scheme:light dark;${variables(themes.light)};--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{${variables(themes.dark)}}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}*,*::before,*::after{transition:none!important;animation:none!important}}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.inner,main,footer{max-width:1080px;margin:0 auto;padding:0 24px}
h1,h2,h3{line-height:1.25;text-wrap:balance;margin:0;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.375rem;margin-bottom:16px}
h3{font-size:1.0625rem;margin-bottom:8px}
p{margin:0 0 12px;max-width:76ch}
a{color:var(--link);text-underline-offset:2px;text-decoration-thickness:1px}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
code,pre,.path,kbd{font-family:var(--mono);font-size:.875em}
code{background:var(--note-ground);border-radius:4px;padding:.1em .3em}
a code,th code,td code,summary code{background:none;padding:0}
pre{margin:0 0 12px;padding:12px 14px;background:var(--sunk);border:1px solid var(--edge);border-radius:8px;white-space:pre-wrap;line-height:1.5;font-size:.8125rem}
.hex{overflow-x:auto;white-space:pre;overflow-wrap:normal}
kbd{border:1px solid var(--edge);border-bottom-width:2px;border-radius:4px;padding:0 .35em}
mark{background:var(--mark);color:var(--on-mark);border-radius:2px;text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:2px}
ul{margin:0 0 12px;padding-left:1.25em}
.quiet,.count,.meta{color:var(--quiet)}
.quiet,.facts{font-size:.9375rem}
.count{font-weight:400;font-size:1rem;letter-spacing:0;margin-left:.35em}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-9999px}
.skip:focus{left:16px;top:12px;z-index:2;background:var(--card);padding:8px 14px;border-radius:6px}
html:not(.script) .only-script{display:none}
html.script .without-script{display:none}

.verdict{border-bottom:1px solid var(--edge);background:var(--card);border-top:6px solid var(--note)}
.verdict.reproducible{border-top-color:var(--good)}
.verdict.not-reproducible{border-top-color:var(--bad)}
.verdict.undecided{border-top-color:var(--warn)}
.verdict .inner{padding-top:28px;padding-bottom:28px}
.brand{font-size:.875rem;font-weight:600;margin:0 0 20px}
.brand span{color:var(--quiet);font-weight:400}
h1{font-size:clamp(1.75rem,1.2rem + 2.2vw,2.5rem);display:flex;align-items:center;gap:.4em;margin-bottom:12px}
.sign{width:1.05em;height:1.05em;flex:none;fill:none;stroke:var(--card);stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
.sign circle{stroke:none;fill:var(--note)}
.reproducible .sign circle{fill:var(--good)}
.not-reproducible .sign circle{fill:var(--bad)}
.undecided .sign circle{fill:var(--warn)}
.lead{font-size:1.125rem;max-width:70ch}
.scope{display:grid;grid-template-columns:1fr 1fr;gap:8px 32px;margin:20px 0 8px;font-size:.9375rem}
.scope dt{font-weight:600}
.scope dd{margin:0;color:var(--quiet)}

.contents{border-bottom:1px solid var(--edge);background:var(--ground);position:sticky;top:0;z-index:1}
.contents ul{list-style:none;display:flex;gap:4px 22px;margin:0 auto;max-width:1080px;padding:0 24px;overflow-x:auto;scrollbar-width:thin}
.contents a{display:block;padding:11px 0;white-space:nowrap;color:var(--quiet);text-decoration:none;font-size:.9375rem}
.contents a:hover{color:var(--text);text-decoration:underline}
main{padding-top:12px;padding-bottom:40px}
section{padding:32px 0 12px;scroll-margin-top:48px}
article{scroll-margin-top:60px}

.first{margin-top:32px;padding:24px 28px 16px;background:var(--card);border:1px solid var(--edge);border-left:6px solid var(--link);border-radius:12px}
.first .what{font-size:1.0625rem}
.tag{display:inline-block;white-space:nowrap;font-size:.8125rem;font-weight:600;line-height:1.4;padding:2px 9px;border-radius:99px;vertical-align:.09em;background:var(--note-ground);color:var(--note)}
.tag.error,.tag.fail,.tag.not-reproducible{background:var(--bad-ground);color:var(--bad)}
.tag.warning,.tag.undecided,.tag.unchecked{background:var(--warn-ground);color:var(--warn)}
.tag.pass,.tag.reproducible{background:var(--good-ground);color:var(--good)}
.facts{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;color:var(--quiet);max-width:none}
.fix{border-left:4px solid var(--good);padding:2px 0 1px 16px;margin:0 0 16px}
.fix strong:first-child{margin-right:.35em}
.diff{padding-left:0;padding-right:0}
.diff span,.diff ins,.diff del{display:block;text-decoration:none;padding:0 14px 0 calc(14px + 2ch);text-indent:-2ch}
.diff ins{background:var(--good-ground);color:var(--good)}
.diff del{background:var(--bad-ground);color:var(--bad)}
.diff .at{color:var(--quiet)}

.cause,.failure{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:22px 28px 12px;margin-bottom:20px}
.cause h3{display:flex;gap:.6em;font-size:1.125rem}
.cause .number{flex:none;display:inline-grid;place-items:center;width:1.6em;height:1.6em;margin-top:-.12em;border-radius:50%;background:var(--note-ground);color:var(--note);font-size:.875rem;font-weight:650}
details{margin:0 0 14px}
summary{cursor:pointer;color:var(--link);padding:4px 0;width:fit-content;max-width:100%}
details[open]>summary{margin-bottom:8px}
.paths{columns:2;column-gap:32px}

.scroll{overflow-x:auto;margin-bottom:12px}
table{border-collapse:collapse;width:100%;font-size:.9375rem;margin-bottom:12px}
caption{text-align:left;color:var(--quiet);font-size:.875rem;padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:8px 16px 8px 0;border-bottom:1px solid var(--edge);font-weight:400}
thead th{font-size:.8125rem;color:var(--quiet);font-weight:600}
td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.images th,.images td{overflow-wrap:break-word}
.evidence th[scope=row]{width:34%}
.evidence .path{display:block}
.evidence tbody th span{color:var(--quiet);font-size:.875rem}
.checklist th[scope=row]{width:46%}
.checklist td:nth-child(2){width:1%;white-space:nowrap}

.map{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:18px 28px 8px;margin-bottom:20px}
.map>summary{padding:0}
svg.layers{display:block;overflow:visible;margin-bottom:10px}
.layers text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--text)}
.layers .label{font-family:var(--mono);font-size:12.5px}
.layers .over{overflow:visible}
.layers .card{fill:var(--card)}
.layers .line{font-weight:700}
.layers .size,.layers .side{fill:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
.layers .side{font-weight:600}
.layers .note,.layers .mark.differs{fill:var(--bad);font-weight:650}
.layers .mark.same{fill:var(--quiet)}
.layers .bar.same{fill:var(--same)}
.layers .bar.differs{fill:var(--differs)}
.layers .hatch{fill:var(--hatch)}

.findings{list-style:none;padding:0}
.findings>li{border-top:1px solid var(--edge);padding:16px 0 4px}
.search{display:grid;grid-template-columns:2fr 1fr 1.4fr;gap:12px 16px;margin-bottom:12px;align-items:start}
.field{display:flex;flex-direction:column;gap:4px;min-width:0}
.field[hidden]{display:none}
label{font-size:.875rem;font-weight:600}
#query-hint{font-size:.8125rem}
input,select,.button,.choice{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--quiet);border-radius:8px;padding:8px 12px;min-height:44px;width:100%;min-width:0}
.button,.choice{width:auto;cursor:pointer;display:inline-block;text-decoration:none}
.button:hover,.choice:hover{background:var(--note-ground)}
.entries{list-style:none;padding:0;margin:0 0 16px;border:1px solid var(--edge);border-radius:12px;background:var(--card);overflow:clip}
.entries:empty{display:none}
.entries>li{border-top:1px solid var(--edge)}
.entries>li:first-child{border-top:0}
.entries>li>.path,.entries>li>.meta{display:block;padding:0 20px}
.entries>li>.path{padding-top:9px}
.entries>li>.meta{padding-bottom:9px}
.entries button[data-entry]{all:unset;box-sizing:border-box;display:block;width:100%;cursor:pointer;padding:10px 20px 10px 40px;position:relative}
.entries button[data-entry]::before{content:"";position:absolute;left:20px;top:19px;width:7px;height:7px;border:solid var(--quiet);border-width:0 2px 2px 0;transform:rotate(-45deg);transition:transform .12s}
.entries button[aria-expanded=true]::before{transform:rotate(45deg)}
.entries button[data-entry]:hover{background:var(--note-ground)}
.entries button[data-entry]:focus-visible{outline:3px solid var(--focus);outline-offset:-3px}
.entries .path{display:block}
.meta{display:block;font-size:.875rem}
.both{padding:4px 20px 16px 40px}
.both .why{padding:0;list-style:none}
.both-facts{font-size:.875rem;table-layout:fixed}
.both-facts th[scope=row],.both-facts thead th:first-child{width:8.5em}
.bar-of{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;justify-content:space-between;margin-bottom:8px}
.bar-of p{margin:0}
.choices{display:flex;gap:6px}
.choice{min-height:36px;padding:3px 14px}
.choice[aria-pressed=true]{background:var(--text);color:var(--card);border-color:var(--text)}
.both-facts{margin-top:14px}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:16px}
figure{margin:0;min-width:0}
figcaption{font-size:.875rem;font-weight:600;margin-bottom:4px}
.sides pre{max-height:26em;overflow:auto}
footer{padding-top:20px;padding-bottom:40px;border-top:1px solid var(--edge);color:var(--quiet);font-size:.875rem}

@media (max-width:720px){
.inner,main,footer,.contents ul{padding-left:16px;padding-right:16px}
.scope,.search,.sides{grid-template-columns:1fr}
.first,.cause,.failure,.map{padding-left:16px;padding-right:16px}
.paths{columns:1}
.checklist,.checklist tbody,.checklist tr,.checklist th,.checklist td{display:block;width:auto!important}
.checklist tr{border-bottom:1px solid var(--edge);padding:10px 0}
.checklist th,.checklist td{border:0;padding:2px 0}
.evidence,.evidence tbody,.evidence tr,.evidence th,.evidence td,.both-facts,.both-facts tbody,.both-facts tr,.both-facts th,.both-facts td{display:block;width:auto!important}
.evidence caption{display:block}
.evidence thead,.both-facts thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.evidence tr,.both-facts tr{border-bottom:1px solid var(--edge);padding:8px 0}
.evidence th,.evidence td,.both-facts th,.both-facts td{border:0;padding:2px 0}
.both-facts th{font-weight:600}
td[data-side]::before{content:attr(data-side) " ";color:var(--quiet);font-size:.8125rem;font-weight:600}
.entries button[data-entry]{padding-left:34px;padding-right:14px}
.entries button[data-entry]::before{left:14px}
.both{padding:4px 14px 14px}
.sides pre{font-size:.75rem;padding:10px}
}
@media (min-width:721px){.wide{min-width:900px}}
@media (max-width:720px){.wide{min-width:820px}.scroll table:not(.wide,.evidence){min-width:600px}}
@media print{.contents,.search,.button{display:none}body{background:#fff}.cause{break-inside:avoid}}
`
