import { describe, expect, it } from 'vitest';
import { parseDocument } from './parse.ts';

const json = (text: string) => parseDocument('JSON', Buffer.from(text));
const xml = (text: string) => parseDocument('XML', Buffer.from(text));
const refusedAt = (place: object) =>
  expect.objectContaining({ refused: true, status: 400, code: 'malformed-document', extra: { place } });
const anywhere = refusedAt(expect.anything());

describe('S3-RCP-01 a document in JSON', () => {
  it('is read as it is', () => {
    expect(json('{"number":"007","lines":[{"sum":12.5}],"colon":"a:b","q":"\\"x\\":1"}')).toEqual({
      document: { number: '007', lines: [{ sum: 12.5 }], colon: 'a:b', q: '"x":1' },
    });
  });

  it('is refused with line and column where it breaks', () => {
    expect(json('{\n  "a": 1,\n  "b": }')).toEqual(refusedAt({ line: 3, column: 8 }));
    expect(json('{"a": 1')).toEqual(refusedAt({ line: 1, column: 8 }));
    expect(json('')).toEqual(refusedAt({ line: 1, column: 1 }));
    expect(json('{"a":[1,2,]}')).toEqual(refusedAt({ line: 1, column: 11 }));
    expect(json('{"a":1} x')).toEqual(refusedAt({ line: 1, column: 9 }));
    expect(json('{"a":"b\n"}')).toEqual(refusedAt({ line: 1, column: 6 }));
    expect(json('{"a":01}')).toEqual(refusedAt({ line: 1, column: 7 }));
  });

  it('is refused without repeating what it says', () => {
    expect(JSON.stringify(json('{"card": 4111111111111111 Ivanenko}'))).not.toMatch(/4111|Ivanenko/);
  });

  it('is refused where a name is given twice, since two readers would read two documents', () => {
    expect(json('{"lines":[{"sum":"1.00","sum":"9.00"}]}')).toEqual(refusedAt({ pointer: '#/lines/0/sum' }));
  });

  it.each([
    ['NUL', '{"a":{"b":"x\\u0000"}}', '#/a/b'],
    ['half a surrogate pair', '{"a":"\\ud800"}', '#/a'],
    ['__proto__', '{"__proto__":{"polluted":true}}', '#/__proto__'],
    ['something other than an object', '[1]', '#'],
  ])('is refused for %s', (_, text, pointer) => {
    expect(json(text)).toEqual(refusedAt({ pointer }));
  });

  it('is refused for bytes that are not UTF-8, at the first of them', () => {
    const bytes = Buffer.concat([Buffer.from('{"name":"Ї'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(parseDocument('JSON', bytes)).toEqual(refusedAt({ offset: 11 }));
  });

  it('is refused when nested too deep or when it holds too much, quickly', () => {
    const started = performance.now();
    expect(json(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toEqual(anywhere);
    expect(json(`${'['.repeat(100_000)}`)).toEqual(anywhere);
    expect(json(`{"a":[${'1,'.repeat(30_000)}1]}`)).toEqual(anywhere);
    expect(json(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`)).toHaveProperty('document');
    expect(json(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`)).toEqual(anywhere);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('S3-RCP-01 a document in XML', () => {
  it('becomes JSON: attributes @name, text #text, several of a name an array, no numbers', () => {
    expect(
      xml(`<?xml version="1.0" encoding="UTF-8"?>
        <CHECK><!-- till 4 --><HEAD TIN="0012345678">1</HEAD><ROW N="1">Salt &amp; pepper</ROW><ROW N="2"><![CDATA[<&]]></ROW><NOTE/></CHECK>`),
    ).toEqual({
      document: {
        CHECK: {
          HEAD: { '@TIN': '0012345678', '#text': '1' },
          ROW: [
            { '@N': '1', '#text': 'Salt & pepper' },
            { '@N': '2', '#text': '<&' },
          ],
          NOTE: '',
        },
      },
    });
  });

  it('reads windows-1251 where it says so, and no encoding it does not know', () => {
    const start = Buffer.from('<?xml version="1.0" encoding="windows-1251"?><A>');
    const word = Buffer.from([0xd1, 0xf3, 0xec, 0xe0]);
    expect(parseDocument('XML', Buffer.concat([start, word, Buffer.from('</A>')]))).toEqual({
      document: { A: 'Сума' },
    });
    expect(xml('<?xml version="1.0" encoding="UTF-7"?><A/>')).toEqual(refusedAt({ offset: 0 }));
  });

  it('reads character references that name characters', () => {
    expect(xml('<A>&#65;&#x42;&lt;&#128512;</A>')).toEqual({ document: { A: 'AB<😀' } });
    expect(xml('<A>&#0;</A>')).toEqual(refusedAt({ line: 1, column: 4 }));
    expect(xml('<A>&#xD800;</A>')).toEqual(anywhere);
  });

  it('refuses what reaches for files and hosts (XXE)', () => {
    const text = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    expect(xml(text)).toEqual(refusedAt({ line: 2, column: 1 }));
    expect(JSON.stringify(xml(text))).not.toContain('root:');
    expect(xml('<!DOCTYPE a SYSTEM "http://localhost/evil.dtd"><a/>')).toEqual(anywhere);
    expect(xml('<a><?xml-stylesheet href="http://localhost/"?></a>')).toEqual(
      refusedAt({ line: 1, column: 4 }),
    );
    expect(xml('<a>&external;</a>')).toEqual(refusedAt({ line: 1, column: 4 }));
    expect(xml('<a b="&external;"/>')).toEqual(anywhere);
  });

  it('refuses entities that grow (billion laughs), quickly', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`);
    const text = `<!DOCTYPE l [<!ENTITY l0 "lol">${levels.join('')}]><l>&l9;</l>`;
    const started = performance.now();
    expect(xml(text)).toEqual(anywhere);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([
    ['a tag closed by another', '<a>\n<b></a></b>', { line: 2, column: 4 }],
    ['a tag left open', '<a><b></b>', { line: 1, column: 1 }],
    ['a tag left open within another', '<a>\n  <b>1</a>', { line: 2, column: 7 }],
    ['two roots', '<a></a><b></b>', expect.anything()],
    ['an attribute given twice', '<a b="1" b="2"/>', expect.anything()],
    ['text around the root', '<a/>x', expect.anything()],
    ['a bare ampersand', '<a>x & y</a>', { line: 1, column: 6 }],
    ['a comment without an end', '<a><!-- </a>', { line: 1, column: 4 }],
    ['CDATA without an end', '<a><![CDATA[ </a>', { line: 1, column: 4 }],
    ['NUL', '<a>\0</a>', { line: 1, column: 4 }],
    ['a control character', '<a>\u0001</a>', { line: 1, column: 4 }],
    ['nothing', '', expect.anything()],
    ['__proto__', '<a><__proto__>1</__proto__></a>', expect.anything()],
    ['a second root after one that closes itself', '<a/><b/>', expect.anything()],
  ])('refuses %s', (_, text, place) => {
    expect(xml(text)).toEqual(refusedAt(place));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(parseDocument('XML', Buffer.from([0x3c, 0x61, 0x3e, 0xff]))).toEqual(refusedAt({ offset: 3 }));
  });

  it('refuses deep nesting and floods of tags or comments, quickly', () => {
    const started = performance.now();
    expect(xml(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`)).toEqual(
      refusedAt({ line: 1, column: 190 }),
    );
    expect(xml(`<a>${'<b/>'.repeat(30_000)}</a>`)).toEqual(anywhere);
    expect(xml(`<a>${'<!--'.repeat(30_000)}</a>`)).toEqual(anywhere);
    expect(xml(`<a ${'b '.repeat(30_000)}`)).toEqual(anywhere);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('gives no prototype away through names of methods', () => {
    expect(xml('<a><toString>1</toString><hasOwnProperty>2</hasOwnProperty></a>')).not.toEqual(
      expect.objectContaining({ document: { a: expect.any(Function) } }),
    );
  });
});
