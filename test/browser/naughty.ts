// Strings that would show that somebody's text was taken for markup or for code.

/** What would say that it ran; in names as well. */
export const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</title><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '<a href="javascript:alert(1)" hx-on:click="alert(1)">x</a>',
  '<div hx-get="https://evil.example/" hx-trigger="load"></div>',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
]
