// Words of the institution screens.
export default {
  institution: {},
}
