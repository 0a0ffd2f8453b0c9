// Words of the department screens.
export default {
  department: {},
}
