using System.CommandLine;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Access;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox users</c>, <c>tokens</c> and <c>setup-link</c>: by the control socket, so they work for whoever is locked out.</summary>
internal static class UsersCommand
{
    private const string Users = "/api/v1/users";
    private const string Tokens = "/api/v1/tokens";
    private const string RightHelp = "viewer, operator or admin, or for a part of the machines such as operator:rack=b7; may be given several times";

    private static readonly Option<bool> Json = new("--json") { Description = "JSON instead of a table" };

    public static Command CreateUsers(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("name") { Description = "the user's name" };
        var rights = new Option<string[]>("--role") { Description = RightHelp, HelpName = "ROLE[:LABEL=VALUE,...]", Required = true };
        var input = new Option<bool>("--password-stdin") { Description = "read the password from standard input; without it one is made and printed" };
        var without = new Option<bool>("--no-password") { Description = "signs in by a client certificate only" };

        var list = new Command("list", "Who may sign in.") { Json };
        list.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var all = await control.GetAsync(Users, AccessJson.Default.UserList, cancellation);
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(all, AccessJson.Default.UserList));
                return;
            }
            Table.Write(Console.Out, ["NAME", "RIGHTS", "PASSWORD", "LAST SIGN-IN"],
                all.Users.Select(user => (string[])[user.Name, string.Join(' ', user.Rights), user.HasPassword ? "yes" : "no", TimeOf(user.LastSignInAt)]));
        });
        var add = new Command("add", "Let somebody sign in.") { name, rights, input, without };
        add.SetAction(async (parsed, cancellation) =>
        {
            var made = parsed.GetValue(without) || parsed.GetValue(input) ? null : MakePassword();
            var password = parsed.GetValue(input) ? await ReadPasswordAsync(cancellation) : made;
            using var control = client(parsed);
            await SayAsync(control, HttpMethod.Post, Users, new NewUser(parsed.GetValue(name)!, [.. parsed.GetValue(rights)!], password), AccessJson.Default.NewUser, cancellation);
            Tell(made);
        });
        var remove = new Command("remove", "Take a user away and end the sessions.") { name };
        remove.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            Console.WriteLine((await control.SendAsync(HttpMethod.Delete, PathOf(Users, parsed.GetValue(name)!), null, AccessJson.Default.AccessDone, cancellation)).Text);
        });
        var reset = new Command("reset-password", "Give a new password and end the sessions; also when everybody is locked out.") { name, input };
        reset.SetAction(async (parsed, cancellation) =>
        {
            var made = parsed.GetValue(input) ? null : MakePassword();
            using var control = client(parsed);
            await SayAsync(control, HttpMethod.Put, $"{PathOf(Users, parsed.GetValue(name)!)}/password",
                new NewPassword(made ?? await ReadPasswordAsync(cancellation)), AccessJson.Default.NewPassword, cancellation);
            Tell(made);
        });
        var set = new Command("set-role", "Say what a user may do, in place of what was said before.") { name, rights };
        set.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            await SayAsync(control, HttpMethod.Put, $"{PathOf(Users, parsed.GetValue(name)!)}/rights", new NewRights([.. parsed.GetValue(rights)!]), AccessJson.Default.NewRights, cancellation);
        });
        return new Command("users", "Who may sign in to the admin listener, and what they may do.") { list, add, remove, reset, set };
    }

    public static Command CreateTokens(Func<ParseResult, ControlClient> client)
    {
        var name = new Argument<string>("name") { Description = "what it is for" };
        var id = new Argument<string>("id") { Description = "the ten digits after mbx_" };
        var rights = new Option<string[]>("--role") { Description = RightHelp, HelpName = "ROLE[:LABEL=VALUE,...]", Required = true };
        var lifetime = new Option<string?>("--lifetime") { Description = "how long it holds, such as 90d; without it until it is revoked", HelpName = "TIME" };

        var list = new Command("list", "Tokens, without their secrets.") { Json };
        list.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var all = await control.GetAsync(Tokens, AccessJson.Default.TokenList, cancellation);
            if (parsed.GetValue(Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(all, AccessJson.Default.TokenList));
                return;
            }
            Table.Write(Console.Out, ["ID", "NAME", "RIGHTS", "BY", "EXPIRES", "LAST USED"],
                all.Tokens.Select(token => (string[])[token.Id, token.Name, string.Join(' ', token.Rights), token.CreatedBy, TimeOf(token.ExpiresAt), TimeOf(token.LastUsedAt)]));
        });
        var create = new Command("create", "Make a token for a program. It is printed once.") { name, rights, lifetime };
        create.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var asked = new NewToken(parsed.GetValue(name)!, [.. parsed.GetValue(rights)!], parsed.GetValue(lifetime));
            Console.WriteLine((await control.SendAsync(
                HttpMethod.Post, Tokens, JsonContent.Create(asked, AccessJson.Default.NewToken), AccessJson.Default.TokenMade, cancellation)).Token);
        });
        var revoke = new Command("revoke", "End a token.") { id };
        revoke.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            Console.WriteLine((await control.SendAsync(HttpMethod.Delete, PathOf(Tokens, parsed.GetValue(id)!), null, AccessJson.Default.AccessDone, cancellation)).Text);
        });
        return new Command("tokens", "Keys for programs that call the REST API.") { list, create, revoke };
    }

    public static Command CreateSetupLink(Func<ParseResult, ControlClient> client)
    {
        var command = new Command("setup-link", "Print a link that makes an admin, once and within an hour; the one before ends.");
        command.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            Console.WriteLine((await control.SendAsync(HttpMethod.Post, "/api/v1/setup-link", null, AccessJson.Default.SetupLinkView, cancellation)).Link);
        });
        return command;
    }

    private static async Task SayAsync<T>(ControlClient control, HttpMethod method, string path, T body, JsonTypeInfo<T> shape, CancellationToken cancellation) =>
        Console.WriteLine((await control.SendAsync(method, path, JsonContent.Create(body, shape), AccessJson.Default.AccessDone, cancellation)).Text);

    private static void Tell(string? made)
    {
        if (made is not null)
        {
            Console.WriteLine($"password, shown this once: {made}");
        }
    }

    // 5 groups of 4 out of 32 signs that nobody mistakes for another: 100 bits.
    private static string MakePassword() =>
        string.Join('-', Enumerable.Range(0, 5).Select(_ => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 4)));

    private static async Task<string> ReadPasswordAsync(CancellationToken cancellation) =>
        await Console.In.ReadLineAsync(cancellation) is { Length: > 0 } line ? line : throw new CommandException("no password came on standard input");

    private static string TimeOf(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("u", System.Globalization.CultureInfo.InvariantCulture) : "-";

    private static string PathOf(string root, string name) => $"{root}/{Uri.EscapeDataString(name)}";
}
