using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Matchbox.Http.Grpc.Tls;

namespace Matchbox.Appliance.Commands.Certs;

/// <summary><c>matchbox certs</c>: certificates for the gRPC listener and its clients, for people who have none.</summary>
internal static class CertsCommand
{
    private const string Ca = "ca", Server = "server", Client = "client";
    private const int DefaultDays = 365, AuthorityDays = 3650, MaxDays = 36500;

    public static Command Create()
    {
        var certs = new Command("certs", "Make certificates for gRPC, such as Terraform's provider needs.");
        certs.Add(CreateInit());
        certs.Add(CreateClient());
        return certs;
    }

    private static Command CreateInit()
    {
        var (folder, days, force) = (FolderOption(), DaysOption(), ForceOption());
        var hosts = new Option<string[]>("--host")
        {
            Description = "names and addresses by which clients call the listener (default: this host's name, localhost, 127.0.0.1 and ::1)",
            HelpName = "NAME|IP",
            AllowMultipleArgumentsPerToken = true,
        };
        var clients = new Option<string[]>("--client")
        {
            Description = "clients to make certificates for (default: client)",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        var init = new Command("init",
            """
            Make a certificate authority, a server certificate and client certificates, under upstream's names: ca.crt, server.crt,
            server.key, client.crt, client.key. Keep ca.key safe, or move it away: whoever has it can make clients.
            """) { folder, hosts, days, clients, force };
        init.SetAction(parsed => Init(
            new CertificateFolder(parsed.GetValue(folder)!, parsed.GetValue(force)),
            parsed.GetValue(hosts) is { Length: > 0 } named ? named : [Environment.MachineName.ToLowerInvariant(), "localhost", "127.0.0.1", "::1"],
            parsed.GetValue(clients) is { Length: > 0 } names ? names : [Client],
            DaysOf(parsed.GetValue(days)),
            TimeProvider.System.GetUtcNow(),
            Console.Out));
        return init;
    }

    private static Command CreateClient()
    {
        var (folder, days, force) = (FolderOption(), DaysOption(), ForceOption());
        var name = new Argument<string>("NAME") { Description = "what the client is called in the log, and its files" };
        var client = new Command(Client, "Make a certificate for one more client, with the authority that is in the folder (ca.crt, ca.key).") { name, folder, days, force };
        client.SetAction(parsed => AddClient(
            new CertificateFolder(parsed.GetValue(folder)!, parsed.GetValue(force)), parsed.GetValue(name)!, DaysOf(parsed.GetValue(days)), TimeProvider.System.GetUtcNow(), Console.Out));
        return client;
    }

    internal static void Init(CertificateFolder folder, string[] hosts, string[] clients, TimeSpan lifetime, DateTimeOffset now, TextWriter output)
    {
        foreach (var host in hosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown || host.Length > 64))
        {
            throw new CommandException($"\"{host}\" is no host name and no address");
        }
        clients = [.. clients.Distinct(StringComparer.Ordinal)];
        foreach (var client in clients)
        {
            CheckName(client);
        }
        folder.Reserve([Ca, Server, .. clients]);
        var authorityLifetime = TimeSpan.FromDays(Math.Max(AuthorityDays, lifetime.TotalDays));
        using var authority = CertificateAuthority.Create("Matchbox gRPC authority", now, authorityLifetime);
        folder.Write(Ca, authority.Own);
        folder.Write(Server, authority.MakeServer(hosts, now, lifetime));
        output.WriteLine($"{folder.FileOf("ca.crt")}, ca.key    the authority, until {Day(now + authorityLifetime)}: keep ca.key safe, or move it away");
        output.WriteLine($"{folder.FileOf("server.crt")}, server.key    the server {string.Join(", ", hosts)}, until {Day(now + lifetime)}");
        foreach (var client in clients)
        {
            folder.Write(client, authority.MakeClient(client, now, lifetime));
            output.WriteLine($"{folder.FileOf($"{client}.crt")}, {client}.key    the client {client}, until {Day(now + lifetime)}");
        }
        output.WriteLine(
            $$"""

            Settings of the appliance:

              grpc:
                listen: 0.0.0.0:8081
                cert-file: {{folder.FileOf("server.crt")}}
                key-file: {{folder.FileOf("server.key")}}
                ca-file: {{folder.FileOf("ca.crt")}}

            """);
        WriteProvider(folder, clients[0], hosts[0], output);
    }

    internal static void AddClient(CertificateFolder folder, string name, TimeSpan lifetime, DateTimeOffset now, TextWriter output)
    {
        CheckName(name);
        var own = folder.Read(Ca);
        folder.Reserve([name]);
        try
        {
            using var authority = CertificateAuthority.Load(own);
            if (authority.NotAfter <= now)
            {
                throw new CommandException($"{folder.FileOf("ca.crt")} expired on {Day(authority.NotAfter)}: make another with `matchbox certs init --force`");
            }
            folder.Write(name, authority.MakeClient(name, now, lifetime));
        }
        catch (CryptographicException unfit)
        {
            throw new CommandException($"{folder.FileOf("ca.crt")} and ca.key cannot sign: {unfit.Message}");
        }
        output.WriteLine($"{folder.FileOf($"{name}.crt")}, {name}.key    the client {name}, until {Day(now + lifetime)}");
        output.WriteLine();
        WriteProvider(folder, name, "HOST", output);
    }

    private static void WriteProvider(CertificateFolder folder, string client, string host, TextWriter output) => output.WriteLine(
        $$"""
        Terraform:

          provider "matchbox" {
            endpoint    = "{{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}}:8081"
            client_cert = file("{{folder.FileOf($"{client}.crt")}}")
            client_key  = file("{{folder.FileOf($"{client}.key")}}")
            ca          = file("{{folder.FileOf("ca.crt")}}")
          }
        """);

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > 64 || name[0] is '.' or '-' || name is Ca or Server || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@'))
        {
            throw new CommandException($"\"{name}\" cannot be a client's name: up to 64 letters, digits, dots, dashes, underscores and @, and neither {Ca} nor {Server}");
        }
    }

    private static TimeSpan DaysOf(int days) => days is >= 1 and <= MaxDays
        ? TimeSpan.FromDays(days)
        : throw new CommandException($"--days is 1 to {MaxDays}");

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Option<string> FolderOption() => new("--out")
    {
        Description = "folder of the certificates",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "/etc/matchbox",
    };

    private static Option<int> DaysOption() => new("--days")
    {
        Description = "how long server and clients are valid",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultDays,
    };

    private static Option<bool> ForceOption() => new("--force") { Description = "replace what is there" };
}
