import Glibc

openMissingDescriptors()
exit(runProgram().rawValue)
