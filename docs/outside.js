// The book has no copy of the sources. So a link that leaves the book becomes the
// name of what it leads to in the repository.
for (const a of document.querySelectorAll('main a[href^="../"]')) {
  const up = text => text.split('../').length - 1
  const href = a.getAttribute('href')
  if (up(href) <= up(path_to_root)) continue
  const name = document.createElement('span')
  name.title = `In the repository: ${href.replace(/^(\.\.\/)+/, '')}`
  name.append(...a.childNodes)
  a.replaceWith(name)
}
