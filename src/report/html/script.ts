/**
 * What the page runs: search, filters, and both sides of an entry. All of the report's own texts reach the page as text
 * nodes; nothing here reads markup.
 */
export const script = String.raw`'use strict';
(() => {
  const by = id => document.getElementById(id);
  const source = by('data');
  if (!source) return;
  const data = JSON.parse(source.textContent);
  document.documentElement.classList.add('script');
  const kinds = ['changed', 'only in B', 'only in A'];
  const changes = ['content', 'size', 'type', 'mode', 'owner', 'time', 'link', 'device', 'attributes', 'order'];
  const step = 100;
  const [query, what, why, where, list, count, more] =
    ['query', 'by-change', 'by-cause', 'by-place', 'entry-list', 'entry-count', 'more-entries'].map(by);
  let found = [];
  let shown = 0;

  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const words = row => (row[1] === 0 ? row[2].map(at => changes[at]).join(', ') : kinds[row[1]]);
  const causes = row => row[4].length ? (row[5] ? 'follows from cause ' : 'cause ') + row[4].map(at => at + 1).join(', ') : 'no cause found';
  const haystacks = data.rows.map(row =>
    [row[0], words(row), row[7] && row[7][5], row[8] && row[8][5], row[10] && row[10][0], row[3] ? 'line ' + row[3] : '',
      ...row[4].map(at => data.causes[at][0] + ' ' + data.causes[at][1])].filter(Boolean).join('\n').toLowerCase());

  const options = (select, all, entries) =>
    select.append(make('option', { value: '' }, all), ...entries.map(([value, label]) => make('option', { value }, label)));
  const some = test => data.rows.some(test);
  options(what, 'Anything', [
    ...changes.map((name, at) => ['c' + at, name, row => row[1] === 0 && row[2].includes(at)]),
    ...[1, 2].map(kind => ['k' + kind, kinds[kind], row => row[1] === kind]),
  ].filter(([, , test]) => some(test)));
  options(why, 'Any', [
    ...data.causes.map((cause, at) => [String(at), at + 1 + '. ' + (cause[2] ? cause[2] + ': ' : '') + cause[1]]),
    ['none', 'no cause found'],
  ]);
  options(where, 'Any', data.places.map((place, at) => [String(at), place]));
  if (data.places.length < 2) by('place-field').hidden = true;

  const fits = (row, at, terms) => {
    const [change, cause, place] = [what.value, why.value, where.value];
    if (change && !(change[0] === 'k' ? row[1] === Number(change.slice(1)) : row[1] === 0 && row[2].includes(Number(change.slice(1))))) return false;
    if (cause && !(cause === 'none' ? row[4].length === 0 : row[4].includes(Number(cause)))) return false;
    if (place && row[6] !== Number(place)) return false;
    return terms.every(term => haystacks[at].includes(term));
  };
  const search = () => {
    const terms = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = [...data.rows.keys()].filter(at => fits(data.rows[at], at, terms));
    shown = 0;
    list.replaceChildren();
    showMore();
  };
  const showMore = () => {
    const next = found.slice(shown, shown + step);
    list.append(...next.map(line));
    shown += next.length;
    const left = found.length - shown;
    more.hidden = left === 0;
    more.textContent = 'Show ' + Math.min(step, left) + ' more';
    const besides = data.unlisted ? ' ' + data.unlisted.toLocaleString('en') + ' more differ, and are not listed here.' : '';
    count.textContent = found.length === 0 ? 'Nothing fits.' + besides :
      (found.length === data.rows.length && !data.unlisted ? 'All ' : '') + found.length.toLocaleString('en') + (found.length === 1 ? ' path' : ' paths') +
      (left > 0 ? ', the first ' + shown + ' shown' : '');
  };
  const line = at => {
    const row = data.rows[at];
    const meta = [words(row), row[3] ? 'line ' + row[3] : '', causes(row), data.places.length > 1 ? data.places[row[6]] : ''];
    const button = make('button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'entry-' + at, 'data-entry': at },
      make('span', { class: 'path' }, row[0]), make('span', { class: 'meta' }, meta.filter(Boolean).join(' · ')));
    return make('li', {}, button, make('div', { id: 'entry-' + at, class: 'both', hidden: '' }));
  };

  const labels = ['Type', 'Mode', 'Owner', 'Size', 'Modified', 'Link to', 'Device', 'SHA-256', 'Attributes'];
  const time = seconds => {
    const date = new Date(Number(seconds) * 1000);
    return Number.isNaN(date.getTime()) || seconds === '' ? seconds : date.toISOString().slice(0, 19).replace('T', ' ') + ' UTC' + (seconds.includes('.') ? ' (' + seconds + ')' : '');
  };
  const value = (facts, at) => {
    const one = facts === 0 ? undefined : facts[at];
    if (one === undefined || one === '') return facts === 0 ? 'absent' : '–';
    return at === 3 ? Number(one).toLocaleString('en') + ' B' : at === 4 ? time(String(one)) : at === 7 ? one + '…' : String(one);
  };
  const facts = row => {
    const alike = [];
    const rows = labels.flatMap((label, at) => {
      const [a, b] = [value(row[7], at), value(row[8], at)];
      if ([a, b].every(one => one === '–' || one === 'absent')) return [];
      const differs = row[7] !== 0 && row[8] !== 0 && a !== b;
      if (a === b) {
        alike.push(label.toLowerCase() + ' ' + a);
        return [];
      }
      const cells = [a, b].map((one, side) => make('td', { 'data-side': data.side + ' ' + 'AB'[side] }, differs ? make('mark', {}, one) : one));
      return [make('tr', {}, make('th', { scope: 'row' }, label), ...cells)];
    });
    const head = make('thead', {}, make('tr', {}, ...['Fact', data.side + ' A', data.side + ' B'].map(name => make('th', { scope: 'col' }, name))));
    const table = make('table', { class: 'both-facts' }, make('caption', { class: 'away' }, 'What differs of what the layers say of it'), head, make('tbody', {}, ...rows));
    return [...(rows.length ? [table] : []), ...(alike.length ? [make('p', { class: 'quiet' }, 'Alike on both sides: ' + alike.join(', ') + '.')] : [])];
  };

  const bytesOf = text => text === 0 ? null : Uint8Array.from(atob(text), one => one.charCodeAt(0));
  const hex = (number, width) => number.toString(16).padStart(width, '0');
  const marked = (pieces) => {
    const nodes = [];
    for (const [text, differs] of pieces) {
      const last = nodes[nodes.length - 1];
      if (last && last.differs === differs) last.text += text; else nodes.push({ text, differs });
    }
    return nodes.map(({ text, differs }) => differs ? make('mark', {}, text) : document.createTextNode(text));
  };
  const printable = byte => byte >= 32 && byte < 127;
  const hexView = (own, other, offset) => {
    const pieces = [];
    const wide = Math.max(own.length, other ? other.length : 0);
    for (let row = 0; row < wide; row += 8) {
      pieces.push([hex(offset + row, 8) + '  ', false]);
      for (let at = row; at < row + 8; at++) {
        pieces.push([at < own.length ? hex(own[at], 2) : '  ', at < own.length && differsAt(own, other, at)]);
        pieces.push([' ', false]);
      }
      pieces.push([' ', false]);
      for (let at = row; at < Math.min(row + 8, own.length); at++)
        pieces.push([printable(own[at]) ? String.fromCharCode(own[at]) : '·', differsAt(own, other, at)]);
      pieces.push(['\n', false]);
    }
    return marked(pieces);
  };
  const differsAt = (own, other, at) => other !== null && own[at] !== other[at];
  const asText = bytes => [...new TextDecoder('utf-8').decode(bytes)].map(one => one === '\n' || one === '\t' || !/[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffd]/u.test(one) ? one : '·');
  const middle = (mine, theirs) => {
    const most = Math.min(mine.length, theirs.length);
    let start = 0;
    while (start < most && mine[start] === theirs[start]) start++;
    let end = 0;
    while (end < most - start && mine[mine.length - 1 - end] === theirs[theirs.length - 1 - end]) end++;
    const rest = mine.length - end;
    return [[mine.slice(0, start).join(''), false], [mine.slice(start, rest).join(''), true], [mine.slice(rest).join(''), false]];
  };
  const linesOf = chars => chars.reduce((lines, one) => {
    lines[lines.length - 1].push(one);
    if (one === '\n') lines.push([]);
    return lines;
  }, [[]]);
  const textView = (own, other) => {
    const [mine, theirs] = [asText(own), other ? asText(other) : null];
    if (!theirs) return [document.createTextNode(mine.join(''))];
    const [ours, others] = [linesOf(mine), linesOf(theirs)];
    const pieces = ours.length === others.length ? ours.flatMap((line, at) => middle(line, others[at])) : middle(mine, theirs);
    return marked(pieces.filter(([text]) => text));
  };
  const readsAsText = bytes => bytes === null || bytes.length === 0 || asText(bytes).filter(one => one === '·').length < bytes.length / 8;

  const excerpt = row => {
    const [member, offset, differs, textA, textB, withheld] = row[10];
    const inside = member ? ' of ' + member : '';
    if (withheld) return [make('p', { class: 'quiet' }, 'The bytes' + inside + ' differ from byte ' + differs + ' on. They look like a secret, so they are not shown.')];
    const [a, b] = [bytesOf(textA), bytesOf(textB)];
    if (!a && !b) return [];
    const both = a && b;
    const told = both ? 'The first difference' + inside + ' is at byte ' + differs.toLocaleString('en') + '.' : 'The first bytes' + inside + ', which one side alone has.';
    const sides = make('div', { class: 'sides' });
    const views = { Text: (own, other) => textView(own, other), Hex: (own, other) => hexView(own, other, offset) };
    const show = name => {
      for (const button of buttons) button.setAttribute('aria-pressed', String(button.textContent === name));
      sides.replaceChildren(...[[a, b], [b, a]].map(([own, other], side) => {
        const title = data.side + ' ' + 'AB'[side];
        const body = own === null ? make('p', { class: 'quiet' }, 'No such file.') :
          own.length === 0 ? make('p', { class: 'quiet' }, 'Ends before.') :
          make('pre', { tabindex: '0', class: name.toLowerCase(), 'aria-label': title + ', ' + name.toLowerCase() }, ...views[name](own, other));
        return make('figure', {}, make('figcaption', {}, title), body);
      }));
    };
    const buttons = Object.keys(views).map(name => make('button', { type: 'button', class: 'choice' }, name));
    for (const button of buttons) button.addEventListener('click', () => show(button.textContent));
    show(readsAsText(a) && readsAsText(b) ? 'Text' : 'Hex');
    return [make('div', { class: 'bar-of' }, make('p', {}, told), make('div', { role: 'group', 'aria-label': 'Show as', class: 'choices' }, ...buttons)), sides];
  };
  const unkept = row => row[1] === 0 && row[2].includes(0) ?
    [make('p', { class: 'quiet' }, 'The contents differ. Their bytes are not in this report, which has room for those of some paths only.')] : [];
  const whyOf = row => {
    const links = row[4].map(at => {
      const title = at + 1 + '. ' + data.causes[at][1];
      const told = by('cause-' + (at + 1)) ? make('a', { href: '#cause-' + (at + 1) }, title) : title;
      return make('li', {}, told, row[5] ? ' (follows from it)' : '');
    });
    const via = row[9].length ? [make('p', { class: 'quiet' }, 'It came through line ' + row[9].join(', ') + '.')] : [];
    return [links.length ? make('ul', { class: 'why' }, ...links) : make('p', { class: 'quiet' }, 'No cause was found for it.'), ...via];
  };
  const toggle = button => {
    const at = Number(button.dataset.entry);
    const [row, panel] = [data.rows[at], by('entry-' + at)];
    const open = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', String(open));
    panel.hidden = !open;
    if (open && !panel.firstChild) panel.append(...whyOf(row), ...(row[10] ? excerpt(row) : unkept(row)), ...facts(row));
  };

  list.addEventListener('click', event => {
    const button = event.target.closest('button[data-entry]');
    if (button) toggle(button);
  });
  more.addEventListener('click', () => {
    const next = shown;
    showMore();
    const first = list.children[next];
    if (first) first.querySelector('button').focus();
  });
  query.addEventListener('input', search);
  for (const select of [what, why, where]) select.addEventListener('change', search);
  by('search').addEventListener('submit', event => event.preventDefault());
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      query.focus();
    }
    if (event.key === 'Escape' && event.target === query && query.value) {
      event.preventDefault();
      query.value = '';
      search();
    }
  });
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-cause]');
    if (!link) return;
    query.value = what.value = where.value = '';
    why.value = link.dataset.cause;
    search();
  });
  search();
})();
`
