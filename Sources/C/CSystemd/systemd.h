/* What the tools use of libsystemd: the bus on which systemd tells of units. */
#ifndef CSYSTEMD_H
#define CSYSTEMD_H

#include <systemd/sd-bus.h>

#endif
