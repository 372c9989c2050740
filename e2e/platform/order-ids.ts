/** An order's ticket and payment are found by its id. */
export const ticketOf = (orderId: string) => orderId.replace(/^ord_/, 'tkt_');
export const paymentOf = (orderId: string) => orderId.replace(/^ord_/, 'pay_');
