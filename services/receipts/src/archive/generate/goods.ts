/** What the made-up receipts sell, most wanted first; those of the holidays at the end. */
export const goods = [
  ...[
    'Hot rice bowl',
    'Still water',
    'Palak paneer',
    'Borshch with rolls',
    'Caesar salad',
    'Lentil soup',
    'Chicken wrap',
  ],
  ...[
    'Rye bread',
    'Iced tea',
    'Veggie burger',
    'Pad thai',
    'Poke bowl',
    'Bagel with salmon',
    'Tomato soup',
    'Falafel plate',
  ],
  ...[
    'Cold brew',
    'Orange juice',
    'Greek yogurt',
    'Fruit cup',
    'Tofu curry',
    'Beef stew',
    'Pasta al forno',
    'Miso soup',
  ],
  ...[
    'Olivier salad',
    'Tangerines',
    'Sparkling wine, alcohol free',
    'Roast goose',
    'Herring under a fur coat',
    'Panettone',
  ],
  ...['Lentils with cotechino', 'Champagne truffles', 'Kutia'],
];
export const festive = 9;

/** Checks of the type of made-up receipts, in its order. */
export const checks = [
  'schema',
  'not-in-the-future',
  'item-amounts',
  'items-add-up',
  'jurisdictions',
  'taxable-amounts',
  'tax-amounts',
  'taxes-add-up',
  'total-adds-up',
  'paid-in-full',
];
