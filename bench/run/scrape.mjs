/** The sum of all series of one metric over some instances. @param {string[]} origins @param {string} name */
export async function totalOf(origins, name) {
  const totals = await Promise.all(origins.map((origin) => totalAt(origin, name)));
  return totals.reduce((total, value) => total + value, 0);
}

async function totalAt(origin, name) {
  const response = await fetch(`${origin}/metrics`);
  if (!response.ok) throw new Error(`${origin}/metrics answered ${response.status}`);
  return (await response.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
