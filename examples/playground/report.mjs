// Adds up orders.csv by status. Run it with: node report.mjs
import { readFileSync } from 'fs';

const [, ...rows] = readFileSync('orders.csv', 'utf8').trim().split('\n');
const totals = {};
for (const row of rows) {
  const [, , , , amount, status] = row.split(',');
  totals[status] = (totals[status] || 0) + Number(amount);
}
for (const [status, total] of Object.entries(totals)) console.log(`${status}: ${total.toFixed(2)}`);
