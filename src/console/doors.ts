// Where the console answers.
export const doors = [
  '/',
  '/console',
  '/console/*',
  '/setup/*',
  '/join/*',
  '/signin',
  '/signin/*',
  '/signout',
]
