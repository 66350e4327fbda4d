import BlackBox
import Foundation
import Testing

/// The policies and command lines among the examples, and the rules in the documentation.
struct PolicyTests {
    private static func policy(_ name: String) throws -> IMAPolicy {
        try IMAPolicy(Examples.text("ima/\(name).policy"))
    }

    @Test("The kernel takes the policy", arguments: ["measure", "appraise", "keylime"])
    func grammar(name: String) throws {
        let rules = try Self.policy(name).rules
        #expect(rules.count > 10)
        // Lists in an initial ram disk are on a tmpfs or a ramfs.
        let lists = rules.prefix { $0.action == .measure || $0.action == .appraise }
        #expect(
            lists.contains { $0.function == "CRITICAL_DATA" && $0.options["label"] == "diglim" })
        for action in [IMARule.Action.measure, .appraise] {
            let skipped = action == .measure ? IMARule.Action.dontMeasure : .dontAppraise
            let first = rules.firstIndex { $0.action == skipped } ?? rules.endIndex
            #expect(
                !rules[first...].contains {
                    $0.function == "DIGEST_LIST_CHECK" && $0.action == action
                })
        }
        // The same file systems, each once.
        for action in [IMARule.Action.measure, .appraise]
        where rules.contains(where: { $0.action == action }) {
            let other = action == .measure ? IMARule.Action.dontMeasure : .dontAppraise
            let skipped = rules.filter { $0.action == other }.map { $0.options["fsmagic"] }
            #expect(skipped.count == 11 && Set(skipped).count == 11)
        }
    }

    @Test("To appraise takes the rules for measuring, and asks lists about all that is appraised")
    func appraisal() throws {
        let measured = try Self.policy("measure").rules
        let rules = try Self.policy("appraise").rules
        #expect(rules.prefix(measured.count).map(\.options) == measured.map(\.options))
        #expect(rules.prefix(measured.count).map(\.action) == measured.map(\.action))
        let appraised = rules.filter { $0.action == .appraise }
        #expect(appraised.first?.function == "DIGEST_LIST_CHECK")
        #expect(appraised.allSatisfy { $0.options["use_diglim"] != nil })
        #expect(
            appraised.dropFirst().map(\.function)
                == measured.filter { $0.options["use_diglim"] != nil }.map(\.function))
        #expect(Set(measured.filter { $0.action == .measure }.map(\.register)) == [11])
    }

    @Test("Keylime finds nothing but its own register and templates")
    func keylime() throws {
        let measured = try Self.policy("keylime").rules.filter { $0.action == .measure }
        #expect(measured.allSatisfy { $0.register == IMARule.ownRegister })
        #expect(
            measured.allSatisfy {
                $0.function == "CRITICAL_DATA" || $0.options["template"] == "ima-ng"
            })
        #expect(try !Examples.text("ima/keylime.cmdline").contains("|diglim"))
        #expect(try Examples.text("ima/keylime.cmdline").contains("ima_template=ima-ng"))
    }

    @Test("Rules in the documentation")
    func documentation() throws {
        let text = try Examples.document("docs/ima-policies.md")
        let blocks = text.components(separatedBy: "```\n").enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        let rules = blocks.filter {
            $0.wholeMatch(of: /((dont_)?(measure|appraise) [^\n]*\n)+/) != nil
        }
        #expect(rules.count >= 5)
        for block in rules { #expect(throws: Never.self) { try IMAPolicy(block) } }
    }

    @Test(
        "Words of the command line", arguments: ["measure", "try", "appraise", "keylime"])
    func commandLine(name: String) throws {
        let text = try Examples.text("ima/\(name).cmdline")
        #expect(text.hasSuffix("\n") && text.dropLast().allSatisfy { !$0.isNewline })
        var values: [String: [Substring]] = [:]
        for word in text.split(whereSeparator: \.isWhitespace) {
            let match = try #require(word.wholeMatch(of: /(ima_\w+)=("?)([\w|-]+)("?)/))
            #expect(match.2 == match.4)
            // A boot loader's shell takes what is not quoted for a pipe.
            #expect(match.3.contains("|") == !match.2.isEmpty)
            #expect(
                values.updateValue(match.3.split(separator: "|"), forKey: String(match.1)) == nil)
        }
        let policies: Set<Substring> = ["diglim", "appraise_diglim", "critical_data"]
        #expect(policies.isSuperset(of: try #require(values["ima_policy"])))
        #expect(values["ima_appraise"] == (name == "try" ? ["log"] : nil))
        #expect(values["ima_template"] ?? ["ima-ng"] == ["ima-ng"])
        #expect(
            values.keys.allSatisfy { ["ima_policy", "ima_appraise", "ima_template"].contains($0) })
    }

    @Test(
        "What the kernel refuses, the test does",
        arguments: [
            "measure func=BPRM_CHECK use_diglim",
            "measure func=BPRM_CHECK pcr=10 use_diglim",
            "use_diglim measure func=BPRM_CHECK pcr=11",
            "dont_measure func=BPRM_CHECK use_diglim",
            "audit func=BPRM_CHECK use_diglim",
            "appraise func=BPRM_CHECK pcr=11",
            "measure func=BPRM_CHECK pcr=24",
            "measure func=BPRM_CHECK pcr=eleven",
            "measure func=BPRM_CHECK pcr=-1",
            "measure func=BPRM_CHECK func=MMAP_CHECK",
            "measure dont_measure func=BPRM_CHECK",
            "measure func=LIST_CHECK",
            "measure func=BPRM_CHECK # programs",
            "measure, func=BPRM_CHECK",
            "func=BPRM_CHECK",
            "measure label=diglim pcr=11",
            "measure func=CRITICAL_DATA label= pcr=11",
            "measure func=CRITICAL_DATA label=diglim|",
            "measure func=CRITICAL_DATA label=diglim pcr=11 use_diglim",
            "measure func=CRITICAL_DATA label=diglim mask=MAY_READ",
            "measure func=CRITICAL_DATA euid=0",
            "appraise func=CRITICAL_DATA label=diglim",
            "measure func=DIGEST_LIST_CHECK template=ima-mod",
            "template=ima-ng measure func=DIGEST_LIST_CHECK",
            "appraise func=DIGEST_LIST_CHECK template=ima-ng",
            "measure func=DIGEST_LIST_CHECK appraise_type=imasig",
            "appraise func=DIGEST_LIST_CHECK appraise_type=modsig",
            "appraise func=DIGEST_LIST_CHECK appraise_type=sigv3",
            "appraise func=BPRM_CHECK appraise_type=imasig|modsig",
            "appraise func=FIRMWARE_CHECK appraise_type=imasig|modsig use_diglim",
            "appraise func=BPRM_CHECK digest_type=verity",
            "appraise func=BPRM_CHECK digest_type=verity appraise_type=imasig",
            "appraise func=BPRM_CHECK appraise_type=sigv3 digest_type=verity",
            "appraise func=MODULE_CHECK appraise_type=imasig appraise_flag=check_blacklist",
            "appraise func=BPRM_CHECK appraise_algos=sha256,none",
            "appraise func=SETXATTR_CHECK",
            "dont_measure fsmagic=procfs",
            "dont_measure fsmagic=0x9fa0 fsmagic=0x9fa0",
            "measure func=FILE_CHECK mask=MAY_LOOK",
            "measure func=FILE_CHECK uid=root",
            "measure func=FILE_CHECK uid=4294967295",
            "measure func=FILE_CHECK uid=0 euid=0",
            "measure func=FILE_CHECK fsuuid=1234",
            "measure func=FILE_CHECK mask<MAY_READ",
        ])
    func refused(rule: String) {
        #expect(throws: PolicyError.self) { try IMAPolicy("# A rule.\n\(rule)\n") }
    }

    @Test(
        "What the kernel takes, the test does",
        arguments: [
            "measure func=DIGEST_LIST_CHECK",
            "\tmeasure  func=DIGEST_LIST_CHECK\tpcr=11 use_diglim ",
            "measure func=FILE_MMAP mask=^MAY_EXEC euid>0 egid<1000 fgroup=0",
            "appraise func=MODULE_CHECK appraise_type=imasig|modsig appraise_flag=check_blacklist",
            "appraise func=BPRM_CHECK digest_type=verity appraise_type=sigv3",
            "appraise func=SETXATTR_CHECK appraise_algos=sha256,sha512",
            "appraise func=DIGEST_LIST_CHECK appraise_type=imasig|modsig use_diglim",
            "measure func=KEY_CHECK keyrings=.ima|.builtin_trusted_keys",
            "measure func=CRITICAL_DATA label=diglim|selinux pcr=11",
            "audit func=BPRM_CHECK fsuuid=01234567-89ab-cdef-0123-456789abcdef fsname=ext4",
            "dont_measure obj_type=var_log_t", "dont_appraise fsmagic=9fa0",
            "measure func=BPRM_CHECK template=ima-modsig permit_directio",
        ])
    func taken(rule: String) throws {
        #expect(try IMAPolicy("\n\(rule)\n  # end").rules.count == 1)
    }
}
