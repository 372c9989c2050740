import fc from 'fast-check';
import { expect, it } from 'vitest';
import { elementsOf, tagsOf } from './slices.ts';

it('gives the elements of an array byte for byte', () => {
  const one = '{ "uid":"a", "note": "x ] } , \\" y", "n": [1, [2]] }';
  const two = '{"uid" : "b","amount":1.00}';
  const text = `{"results_of": [0], "nested": {"results": [9]}, "results" : [ ${one},\n${two} , null, "s" ] , "more": [3]}`;
  expect(elementsOf(text, 'results')).toEqual([one, two, 'null', '"s"']);
  expect(elementsOf('{"results": []}', 'results')).toEqual([]);
  expect(elementsOf('{"other": "results"}', 'results')).toEqual([]);
  expect(elementsOf('{"results": [1], "results": [2]}', 'results')).toEqual(['2']);
});

it('gives what JSON.parse gives, of any array', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.boolean(), (values, spaced) => {
      const text = JSON.stringify({ before: values, results: values, after: 1 }, null, spaced ? 2 : 0);
      const texts = elementsOf(text, 'results');
      expect(texts.map((each) => JSON.parse(each))).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

it('gives elements of XML byte for byte', () => {
  const one = `<waybill id="a>b" status='ACCEPTED'/>`;
  const two = '<waybill  id="c"><reason>No / such</reason></waybill >';
  const text = `<registrationResult><!-- <waybill/> --><waybills/>${one}\n ${two}</registrationResult>`;
  expect(tagsOf(text, 'waybill')).toEqual([one, two]);
});
