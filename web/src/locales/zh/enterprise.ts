// Words of the enterprise screens.
export default {
  enterprise: {},
}
