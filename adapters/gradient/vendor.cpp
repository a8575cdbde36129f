#include "adapters/gradient/vendor.hpp"
