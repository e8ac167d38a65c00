using System.CommandLine;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Matchbox.Core.Secrets;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox secrets</c>: what configs may hold and nobody may read. A value is never an argument: those are seen by all.</summary>
internal static class SecretsCommand
{
    private const string Root = "/api/v1/secrets";

    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers", Recursive = true };
        var secrets = new Command("secrets",
            """
            Values for protected configs, which hold them as {{ secret "name" }}. They are kept encrypted and never shown again.

            Examples:
              matchbox secrets set join-token --profile worker             asks for the value
              openssl rand -base64 32 | matchbox secrets set luks-key --group rack1
              matchbox secrets set tls-key --profile worker --file server.key
              matchbox secrets list
              matchbox secrets remove join-token
            """) { json };
        var list = new Command("list", "List secrets, without their values.");
        list.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        secrets.SetAction((parsed, cancellation) => ListAsync(parsed, client, json, cancellation));
        secrets.Add(list);
        secrets.Add(Set(client, json));
        secrets.Add(Remove(client));
        return secrets;
    }

    private static Command Set(Func<ParseResult, ControlClient> client, Option<bool> json)
    {
        var name = new Argument<string>("name") { Description = "letters, digits, hyphens, underscores and dots" };
        var profiles = new Option<string[]>("--profile") { Description = "profile whose machines may get it; may be repeated", HelpName = "ID" };
        var groups = new Option<string[]>("--group") { Description = "group whose machines may get it; may be repeated", HelpName = "ID" };
        var file = new Option<FileInfo?>("--file") { Description = "file that holds the value", HelpName = "FILE" };
        var set = new Command("set",
            """
            Keep a value, in place of an older one. It is read from --file, else from standard input, else asked for.
            One line break at its end is left out.
            """) { name, profiles, groups, file };
        set.SetAction(async (parsed, cancellation) =>
        {
            var secret = new NewSecret
            {
                Value = await ReadAsync(parsed.GetValue(file), cancellation),
                Profiles = [.. parsed.GetValue(profiles) ?? []],
                Groups = [.. parsed.GetValue(groups) ?? []],
            };
            using var control = client(parsed);
            var path = $"{Root}/{Uri.EscapeDataString(parsed.GetValue(name)!)}";
            var kept = await control.SendAsync(HttpMethod.Put, path, JsonContent.Create(secret, RestJson.Default.NewSecret), RestJson.Default.SecretView, cancellation);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(kept, RestJson.Default.SecretView) : $"{kept.Name}: kept, for {Users(kept)}");
        });
        return set;
    }

    private static Command Remove(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("name") { Description = "the secret's name" };
        var remove = new Command("remove", "Forget a secret. Configs that use it are not served any more.") { name };
        remove.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var named = parsed.GetValue(name)!;
            await control.SendAsync(HttpMethod.Delete, $"{Root}/{Uri.EscapeDataString(named)}", cancellation);
            Console.WriteLine($"{named}: forgotten");
        });
        return remove;
    }

    private static async Task<int> ListAsync(ParseResult parsed, Func<ParseResult, ControlClient> client, Option<bool> json, CancellationToken cancellation)
    {
        using var control = client(parsed);
        var found = await control.GetAsync(Root, RestJson.Default.SecretList, cancellation);
        if (parsed.GetValue(json))
        {
            Console.WriteLine(JsonSerializer.Serialize(found, RestJson.Default.SecretList));
        }
        else if (found.Secrets.IsEmpty)
        {
            Console.WriteLine("no secret is kept");
        }
        else
        {
            Table.Write(Console.Out, ["NAME", "FOR", "CHANGED", "BY"], found.Secrets.Select(secret => (string[])[secret.Name, Users(secret), $"{secret.ChangedAt:u}", secret.By]));
        }
        return ExitCode.Ok;
    }

    private static string Users(SecretView secret) =>
        string.Join(", ", secret.Profiles.Select(id => $"profile {id}").Concat(secret.Groups.Select(id => $"group {id}")));

    private static async Task<string> ReadAsync(FileInfo? file, CancellationToken cancellation)
    {
        if (file is null && !Console.IsInputRedirected)
        {
            return Ask();
        }
        try
        {
            await using var stream = file?.OpenRead() ?? Console.OpenStandardInput();
            var octets = new byte[Secret.MaxValue + 2];
            var length = await stream.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellation);
            if (length == octets.Length)
            {
                throw new CommandException($"a value has at most {Secret.MaxValue} octets");
            }
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(octets, 0, length);
            return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException("the value is no UTF-8 text: encode it, by base64 for example, and let the config decode it");
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static string Ask()
    {
        Console.Error.Write("Value (not shown): ");
        var text = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.Error.WriteLine();
                return text.ToString();
            }
            if (key.Key != ConsoleKey.Backspace)
            {
                text.Append(key.KeyChar == '\0' ? "" : key.KeyChar);
            }
            else if (text.Length > 0)
            {
                text.Length--;
            }
        }
    }
}
