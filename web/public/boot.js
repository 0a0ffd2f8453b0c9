/* Runs before first paint so that colours, language and text size do not flash. A file of its own: the content
   security policy forbids inline scripts. The key is that of src/app/prefs.ts. */
;(function () {
  try {
    var prefs = JSON.parse(localStorage.getItem('rongqiao.prefs') || '{}')
    var root = document.documentElement
    var theme = prefs.theme || 'auto'
    var wantsDark =
      theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
    if (wantsDark) root.classList.add('dark')
    if (prefs.locale === 'en') root.lang = 'en'
    if (prefs.size === 'large') root.dataset.size = 'large'
  } catch (e) {
    /* Storage is blocked: the defaults hold. */
  }
})()
