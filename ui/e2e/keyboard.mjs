// What a mouse clicks and a keyboard reaches by arrows: tabs, nodes of a graph, rows.

/** A tab by its name. */
export async function openTab(walk, name) {
  const wanted = walk.page.getByRole('tab', { name, exact: true });
  if (!walk.options.keyboard) return walk.click(wanted);
  walk.clicks += 1;
  await walk.reach(walk.page.getByRole('tab', { selected: true }));
  for (let pressed = 0; pressed < 10 && (await wanted.getAttribute('aria-selected')) !== 'true'; ++pressed)
    await walk.page.keyboard.press('ArrowRight');
  return undefined;
}

/** A node of a graph. */
export async function openNode(walk, id) {
  const wanted = walk.page.locator(`.dag-node[data-node="${id}"]`);
  if (!walk.options.keyboard) return walk.click(wanted);
  walk.clicks += 1;
  const current = walk.page.locator('.dag-node[tabindex="0"]');
  await walk.reach(current);
  for (let pressed = 0; pressed < 20 && (await wanted.getAttribute('tabindex')) !== '0'; ++pressed) {
    const [from, to] = [await current.boundingBox(), await wanted.boundingBox()];
    const [right, down] = [to.x - from.x, to.y - from.y];
    await walk.page.keyboard.press(
      right > 5 ? 'ArrowRight' : right < -5 ? 'ArrowLeft' : down > 0 ? 'ArrowDown' : 'ArrowUp',
    );
  }
  return walk.page.keyboard.press('Enter');
}

/** A row of a table; `key` puts the focus into the table. */
export async function openRow(walk, row, key) {
  if (!walk.options.keyboard) return row.locator('[role=gridcell]').first().dblclick();
  walk.clicks += 1;
  await walk.page.keyboard.press(key);
  await walk.page.keyboard.press('Home');
  for (let pressed = 0; pressed < 50 && !(await walk.isFocused(row)); ++pressed) {
    await walk.page.keyboard.press('ArrowDown');
    await walk.page.waitForTimeout(30);
  }
  return walk.page.keyboard.press('Enter');
}
