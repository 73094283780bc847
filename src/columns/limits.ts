/** Numbers from here on round to infinity as float32: the largest one and half a step. */
export const floatLimit = (2 - 2 ** -24) * 2 ** 127

/** The same for float16, of a float32 that is to become one. */
export const float16Limit = 65_520

/** And for bfloat16, which has the exponents of a float32 and 8 bits of its mantissa. */
export const bfloat16Limit = (2 - 2 ** -8) * 2 ** 127
