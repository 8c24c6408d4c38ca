// Pictures of pages: data.pages is {name: path}, data.folder where they go. Axe looks at each as well.
export default async function shots(walk) {
  const { page, options, data } = walk;
  await walk.open('/ui/home');
  for (const [name, path] of Object.entries(data.pages)) {
    await page.goto(walk.base + path);
    await page.locator('main h1').first().waitFor();
    await page.waitForTimeout(1000); // The stream stays open: there is no idle network to wait for.
    await walk.screenshot(`${data.folder}/${name}-${options.theme ?? 'light'}-${options.language ?? 'en'}.png`);
    if (data.axe) await walk.checkAxe(name);
  }
}
