using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox about</c>: what runs here, and where.</summary>
internal static class AboutCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers" };
        var about = new Command("about", "Say what runs here and where: version, listeners, certificate, boot loaders with their checksums, paths.") { json };
        about.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var now = await control.GetAsync("/api/v1/about", RestJson.Default.AboutView, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(now, RestJson.Default.AboutView));
                return ExitCode.Ok;
            }
            Console.WriteLine($"matchbox {now.Version} on {now.Host} ({now.Runtime}, {now.System})");
            Console.WriteLine($"settings {now.Paths.Settings ?? "none"}, state {now.Paths.State}, data {now.Paths.Data}, assets {now.Paths.Assets ?? "none"}, loaders {now.Paths.Loaders}");
            foreach (var listener in now.Listeners)
            {
                Console.WriteLine($"{listener.Name,-11} {listener.Address}");
            }
            if (now.Certificate is { } certificate)
            {
                Console.WriteLine($"certificate {(certificate.SelfMade ? "self-made" : "from files")}, until {certificate.NotAfter:yyyy-MM-dd}, SHA-256 {certificate.Sha256}");
            }
            Table.Write(Console.Out, ["LOADER", "STATE", "SHA-256"], now.Loaders.Select(loader => (string[])[loader.Name, loader.State, loader.Sha256 ?? ""]));
            return ExitCode.Ok;
        });
        return about;
    }
}
