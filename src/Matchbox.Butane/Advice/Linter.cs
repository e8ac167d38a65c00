using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Advice;

/// <summary>Tells what boots badly although it is valid.</summary>
internal sealed class Linter(Record config, Dialect dialect, List<Advice> advice)
{
    private const int OthersMayRead = 4;

    private static readonly string[] Secrets = ["PRIVATE KEY-----", "aws_secret_access_key", "AKIA", "ghp_", "glpat-", "xoxb-"];
    private static readonly string[] SecretNames = ["password", "passwd", "secret", "token", "api_key", "apikey"];
    private static readonly string[] FedoraSigns = ["rpm-ostree", "zincati"];
    private static readonly string[] SelinuxSigns = ["/etc/selinux", "setenforce", "semanage", "selinux=", "enforcing="];
    private static readonly string[] FlatcarSigns = ["update-engine", "locksmithd", "coreos-metadata", "flatcar-update"];

    private static readonly DocumentPath Storage = DocumentPath.Root.Append("storage");
    private static readonly DocumentPath Units = DocumentPath.Root.Append("systemd").Append("units");

    public void Check()
    {
        CheckUsers();
        CheckLinks();
        CheckFiles();
        CheckUnits();
        CheckWriters();
    }

    private void CheckUsers()
    {
        var users = config.Struct(Config.Passwd)?.List(PasswdSection.Users) ?? [];
        for (var i = 0; i < users.Count; i++)
        {
            var user = users[i];
            var canLogIn = user.Texts(PasswdUser.SshAuthorizedKeys).Count > 0 || user.Texts(PasswdUser.SshAuthorizedKeysLocal).Count > 0
                || !string.IsNullOrEmpty(user.Text(PasswdUser.PasswordHash));
            if (!canLogIn && !user.IsTrue(PasswdUser.System) && user.Flag(PasswdUser.ShouldExist) != false)
            {
                Add(AdviceRules.UserWithoutLogin, DocumentPath.Root.Append("passwd").Append("users").Append(i),
                    $"user {user.Text(PasswdUser.Name)} has neither a key nor a password: nobody can log in as it");
            }
        }
    }

    private void CheckLinks()
    {
        var links = config.Struct(Config.Storage)?.List(StorageSection.Links) ?? [];
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].Flag(LinkNode.Hard) == false)
            {
                Add(AdviceRules.SymbolicByDefault, Storage.Append("links").Append(i).Append("hard"), "hard: false is what a link is without it, a symbolic link: leave it out");
            }
        }
    }

    private void CheckFiles()
    {
        var files = config.Struct(Config.Storage)?.List(StorageSection.Files) ?? [];
        for (var i = 0; i < files.Count; i++)
        {
            var at = Storage.Append("files").Append(i);
            var contents = files[i].Struct(dialect.Ignition == 0 ? FileNode.Contents30 : FileNode.Contents);
            var text = contents?.Text(dialect.Ignition == 0 ? FileContents.Inline : Resource.Inline) ?? "";
            var isOpen = files[i].Number(FileNode.Mode) is not { } mode || (mode & OthersMayRead) != 0;
            if (SecretIn(text) is { } secret)
            {
                Add(AdviceRules.PlainSecret, at.Append("contents"),
                    $"{files[i].Text(FileNode.Path)} seems to hold a secret ({secret}){(isOpen ? ", readable by every user of the machine (mode 0600 hides it)" : "")}: whoever can ask for this config can read it");
            }
            CheckForeign(text, at.Append("contents"));
            CheckForeign(files[i].Text(FileNode.Path)!, at.Append("path"));
        }
    }

    private void CheckUnits()
    {
        var units = config.Struct(Config.Systemd)?.List(SystemdSection.Units) ?? [];
        for (var i = 0; i < units.Count; i++)
        {
            CheckForeign(units[i].Text(Unit.Contents) ?? "", Units.Append(i).Append("contents"));
            CheckForeign(units[i].Text(Unit.Name)!, Units.Append(i).Append("name"));
            if (units[i].IsTrue(Unit.Enabled) && units[i].Text(Unit.Contents) is { } contents && !contents.Contains("[Install]", StringComparison.Ordinal))
            {
                Add(AdviceRules.UnitWithoutInstall, Units.Append(i).Append("contents"),
                    $"{units[i].Text(Unit.Name)} is enabled and nothing starts it: add an [Install] section, for example WantedBy=multi-user.target");
            }
        }
        var arguments = config.Struct(Config.KernelArguments)?.Texts(KernelArgument.ShouldExist) ?? [];
        for (var i = 0; i < arguments.Count; i++)
        {
            CheckForeign(arguments[i], DocumentPath.Root.Append("kernel_arguments").Append("should_exist").Append(i));
        }
    }

    // A file that something else writes as well: the later one wins, and which that is nobody sees.
    private void CheckWriters()
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var user in config.Struct(Config.Passwd)?.List(PasswdSection.Users) ?? [])
        {
            if (user.Texts(PasswdUser.SshAuthorizedKeys).Count > 0)
            {
                var home = user.Text(PasswdUser.HomeDir) ?? (user.Text(PasswdUser.Name) == "root" ? "/root" : $"/home/{user.Text(PasswdUser.Name)}");
                owners[$"{home}/.ssh/authorized_keys"] = $"the keys of user {user.Text(PasswdUser.Name)}";
                owners[$"{home}/.ssh/authorized_keys.d/ignition"] = $"the keys of user {user.Text(PasswdUser.Name)}";
            }
        }
        if (config.Struct(Config.Passwd) is { } passwd && passwd.List(PasswdSection.Users).Count + passwd.List(PasswdSection.Groups).Count > 0)
        {
            foreach (var path in (ReadOnlySpan<string>)["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"])
            {
                owners[path] = "passwd";
            }
        }
        foreach (var unit in config.Struct(Config.Systemd)?.List(SystemdSection.Units) ?? [])
        {
            owners[$"/etc/systemd/system/{unit.Text(Unit.Name)}"] = $"unit {unit.Text(Unit.Name)}";
            foreach (var dropin in unit.List(Unit.Dropins))
            {
                owners[$"/etc/systemd/system/{unit.Text(Unit.Name)}.d/{dropin.Text(Dropin.Name)}"] = $"drop-in {dropin.Text(Dropin.Name)} of {unit.Text(Unit.Name)}";
            }
        }
        var files = config.Struct(Config.Storage)?.List(StorageSection.Files) ?? [];
        for (var i = 0; i < files.Count; i++)
        {
            if (owners.TryGetValue(files[i].Text(FileNode.Path)!, out var owner))
            {
                Add(AdviceRules.TwoWriters, Storage.Append("files").Append(i).Append("path"), $"{files[i].Text(FileNode.Path)} is written by {owner} as well");
            }
        }
    }

    private void CheckForeign(string text, DocumentPath at)
    {
        var (signs, system) = dialect.Variant == Variant.Flatcar ? (FedoraSigns, "Fedora CoreOS's") : (FlatcarSigns, "Flatcar's");
        if (Array.Find(signs, sign => text.Contains(sign, StringComparison.Ordinal)) is { } found)
        {
            Add(AdviceRules.ForeignSystem, at, $"{found} is {system}: {NameOf(dialect.Variant)} does not have it");
        }
        // Flatcar has SELinux too, but by default it is permissive there (flatcar.org/docs/latest/setup/security/selinux).
        if (dialect.Variant == Variant.Flatcar && Array.Find(SelinuxSigns, sign => text.Contains(sign, StringComparison.Ordinal)) is { } selinux)
        {
            Add(AdviceRules.ForeignSystem, at, $"{selinux} is about SELinux, which Flatcar runs permissive and with a policy of its own: what is made for Fedora CoreOS may not hold here");
        }
    }

    private static string NameOf(Variant variant) => variant switch
    {
        Variant.FedoraCoreOs => "Fedora CoreOS",
        Variant.FedoraIot => "Fedora IoT",
        Variant.RhelForEdge => "RHEL for Edge",
        _ => "Flatcar",
    };

    private static string? SecretIn(string text)
    {
        if (Array.Find(Secrets, sign => text.Contains(sign, StringComparison.Ordinal)) is { } found)
        {
            return found.TrimEnd('-');
        }
        // NAME=VALUE or NAME: VALUE, the value long enough and no reference to somewhere else.
        foreach (var line in text.Split('\n'))
        {
            var separator = line.AsSpan().IndexOfAny('=', ':');
            if (separator <= 0 || line.AsSpan(separator + 1).Trim(" \t\"'") is not { Length: >= 6 } value || value[0] is '$' or '/' or '{' or '<')
            {
                continue;
            }
            var name = line[..separator].Trim().ToLowerInvariant();
            if (name.Length < 40 && !name.StartsWith('#') && Array.Find(SecretNames, secret => name.EndsWith(secret, StringComparison.Ordinal)) is not null)
            {
                return line[..separator].Trim();
            }
        }
        return null;
    }

    private void Add(string rule, DocumentPath at, string text) => advice.Add(new Advice(rule, at, text));
}
