using System.CommandLine;
using System.Text.Json;
using Matchbox.Http.Rest;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox settings</c>: what counts, and who said it.</summary>
internal static class SettingsCommand
{
    public static Command Create(Func<ParseResult, ControlClient> client)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as the API answers" };
        var given = new Option<bool>("--given") { Description = "without the defaults" };
        var settings = new Command("settings",
            """
            Show the settings in use, and the file and line, variable or flag that says so.

            Examples:
              matchbox settings --given      what differs from the defaults?
            """) { given, json };
        settings.SetAction(async (parsed, cancellation) =>
        {
            using var control = client(parsed);
            var now = await control.GetAsync("/api/v1/settings", RestJson.Default.SettingsView, cancellation);
            if (parsed.GetValue(given))
            {
                now = now with { Settings = [.. now.Settings.Where(setting => setting.Source is not null)] };
            }
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(now, RestJson.Default.SettingsView));
                return ExitCode.Ok;
            }
            Table.Write(Console.Out, ["KEY", "VALUE", "FROM"], now.Settings.Select(setting => (string[])[setting.Key, setting.Value, FromOf(setting)]));
            foreach (var fault in now.Refused)
            {
                Console.Error.WriteLine($"refused, not in use: {fault}");
            }
            foreach (var key in now.WaitForRestart)
            {
                Console.Error.WriteLine($"counts after a restart: {key}");
            }
            return ExitCode.Ok;
        });
        return settings;
    }

    private static string FromOf(SettingView setting) => setting.Source is null ? "default" : setting.Line is { } line ? $"{setting.Source}:{line}" : setting.Source;
}
