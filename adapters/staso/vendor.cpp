#include "adapters/staso/vendor.hpp"
