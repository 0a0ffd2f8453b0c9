import common from './common'
import department from './department'
import enterprise from './enterprise'
import institution from './institution'

export default { ...common, ...department, ...enterprise, ...institution }
