/** What has to be replaced in a sample, and by what, so that it breaks one check and no other. */
type Edits = readonly (readonly [from: string, to: string])[];

const ukrainianJson: Record<string, Edits> = {
  'seller-tax-id': [['"43215679"', '"43215678"']],
  'not-in-the-future': [['2026-05-14', '2026-12-14']],
  'line-numbers': [['"number":2', '"number":1']],
  'line-amounts': [['"quantity":"2"', '"quantity":"3"']],
  'lines-add-up': [
    ['"total":"319.00"', '"total":"318.00"'],
    ['"219.00"', '"218.00"'],
  ],
  'payments-add-up': [['"219.00"', '"219.01"']],
  'vat-letters': [
    [
      '"taxes":[',
      '"taxes":[{"letter":"В","rate_percent":"0","turnover":"0.00","amount":"0.00"},{"letter":"В","rate_percent":"0","turnover":"0.00","amount":"0.00"},',
    ],
  ],
  'vat-turnover': [['"turnover":"212.00","amount":"35.33"', '"turnover":"213.00","amount":"35.50"']],
  'vat-amount': [['"35.33"', '"35.34"']],
};

const ukrainianXml: Record<string, Edits> = {
  'seller-tax-id': [['<TIN>43215679', '<TIN>43215678']],
  'not-in-the-future': [['14052026', '14122026']],
  'line-numbers': [['ROWNUM="2"', 'ROWNUM="1"']],
  'line-amounts': [['<AMOUNT>2<', '<AMOUNT>3<']],
  'lines-add-up': [
    ['<SUM>212.00', '<SUM>211.00'],
    ['<SUM>212.00', '<SUM>211.00'],
  ],
  'payments-add-up': [['КАРТКА</PAYFORMNM>\n      <SUM>212.00', 'КАРТКА</PAYFORMNM>\n      <SUM>212.01']],
  'vat-letters': [
    [
      '<CHECKTAX>',
      '<CHECKTAX><ROW ROWNUM="2"><TYPE>0</TYPE><LETTER>Б</LETTER><PRC>0.00</PRC><TURNOVER>0.00</TURNOVER><SUM>0.00</SUM></ROW><ROW ROWNUM="3"><TYPE>0</TYPE><LETTER>Б</LETTER><PRC>0.00</PRC><TURNOVER>0.00</TURNOVER><SUM>0.00</SUM></ROW>',
    ],
  ],
  'vat-turnover': [
    ['<TURNOVER>212.00', '<TURNOVER>213.00'],
    ['35.33', '35.50'],
  ],
  'vat-amount': [['35.33', '35.34']],
};

const waybill: Record<string, Edits> = {
  'shipper-gln': [['4820000000000', '4820000000001']],
  'consignee-gln': [['4820000000017', '4820000000000']],
  'carrier-gln': [['4006381333931', '4006381333932']],
  'package-sscc': [['348200000000000025', '348200000000000018']],
  'package-count': [['"total_packages":3', '"total_packages":4']],
  'weights-add-up': [['"42.750"', '"42.751"']],
  'delivery-after-pick-up': [['09:00:00Z', '06:00:00Z']],
  'temperature-range': [['"lowest":0.5', '"lowest":5.5']],
  'not-in-the-future': [['2026-05-14T05:30:00Z', '2026-11-21T00:05:01Z']],
};

const american: Record<string, Edits> = {
  'not-in-the-future': [['2026-05-14', '2027-05-14']],
  'item-amounts': [['"unit_price":8.25', '"unit_price":8.24']],
  'items-add-up': [
    ['"subtotal":20.5', '"subtotal":20.51'],
    ['"total":24.9', '"total":24.91'],
    ['"amount":24.9', '"amount":24.91'],
  ],
  jurisdictions: [
    [
      '"jurisdiction":"Los Angeles transit","level":"DISTRICT"',
      '"jurisdiction":"Los Angeles","level":"COUNTY"',
    ],
  ],
  'taxable-amounts': [
    ['"rate_percent":"0.25","taxable_amount":16.5', '"rate_percent":"0.25","taxable_amount":16.6'],
  ],
  'tax-amounts': [['"rate_percent":"2.25"', '"rate_percent":"2.28"']],
  'taxes-add-up': [
    ['"tax_total":1.4', '"tax_total":1.39'],
    ['"total":24.9', '"total":24.89'],
    ['"amount":24.9', '"amount":24.89'],
  ],
  'total-adds-up': [['"tip":3', '"tip":3.01']],
  'paid-in-full': [['"amount":24.9', '"amount":24']],
};

const meal: Record<string, Edits> = {
  'not-in-the-future': [['2026-05-14T10:15:30Z', '2026-11-22T10:15:30Z']],
  'meals-once': [['0000000000a2', '0000000000a1']],
  'lines-add-up': [['"amount":1150', '"amount":1149']],
  'tax-included': [['"included":183', '"included":182']],
};

const order: Record<string, Edits> = {
  'not-in-the-future': [['2026-05-14T12:34:00Z', '2026-11-22T10:15:30Z']],
  'lines-once': [['oli_002', 'oli_001']],
  'line-amounts': [['"unit_price":450', '"unit_price":451']],
  'lines-add-up': [
    ['"subtotal":1200', '"subtotal":1201'],
    ['"taxable":1200', '"taxable":1201'],
    ['"total":1542', '"total":1543'],
    ['"by_customer":1042', '"by_customer":1043'],
  ],
  'taxable-amount': [['"taxable":1200', '"taxable":1199']],
  'tax-amount': [['"rate_percent":"8.5"', '"rate_percent":"8.6"']],
  'total-adds-up': [['"tip":240', '"tip":241']],
  'paid-in-full': [['"by_company":500', '"by_company":499']],
};

const refund: Record<string, Edits> = {
  'not-in-the-future': [['2026-05-14T13:05:00Z', '2026-11-22T10:15:30Z']],
  'tax-included': [['"included":76', '"included":1143']],
  'back-in-full': [['"to_company":100', '"to_company":101']],
};

const mealRefund: Record<string, Edits> = {
  'not-in-the-future': [['2026-05-14T11:00:00Z', '2026-11-22T10:15:30Z']],
  'tax-included': [['"included":91', '"included":92']],
};

export const breaches: Readonly<Record<string, Readonly<Record<string, Edits>>>> = {
  'ua-fiscal-receipt JSON': ukrainianJson,
  'ua-fiscal-receipt XML': ukrainianXml,
  'logistics-waybill JSON': waybill,
  'us-sales-receipt JSON': american,
  'dabba-meal-sale JSON': meal,
  'dabba-meal-refund JSON': mealRefund,
  'dabba-order-sale JSON': order,
  'dabba-order-refund JSON': refund,
};
