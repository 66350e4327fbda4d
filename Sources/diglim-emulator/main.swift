import CommandLineTool
import Glibc

openMissingDescriptors()
exit(Program.run().rawValue)
