import capital from './capital'
import common from './common'
import department from './department'
import enterprise from './enterprise'
import institution from './institution'
import instrument from './instrument'
import portrait from './portrait'
import risk from './risk'

export default {
  ...capital,
  ...common,
  ...department,
  ...enterprise,
  ...institution,
  ...instrument,
  ...portrait,
  ...risk,
}
