// Which characters decide whether a sigma is final, as Python 3.11 has it (generated from its str.lower).
#pragma once

namespace clip_classify {

bool is_cased(char32_t code_point);
bool is_case_ignorable(char32_t code_point);

}  // namespace clip_classify
