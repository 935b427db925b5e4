// Where the console answers.
export const doors = [
  '/',
  '/console',
  '/console/*',
  '/setup/*',
  '/join/*',
  '/reset/*',
  '/signin',
  '/signin/*',
  '/signout',
]
