/* What the tools use of libsystemd: the bus on which systemd tells of units, and the journal. */
#ifndef CSYSTEMD_H
#define CSYSTEMD_H

#include <systemd/sd-bus.h>
#include <systemd/sd-journal.h>

#endif
