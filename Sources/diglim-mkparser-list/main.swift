import CommandLineTool
import Glibc

openMissingDescriptors()
exit(runProgram().rawValue)
