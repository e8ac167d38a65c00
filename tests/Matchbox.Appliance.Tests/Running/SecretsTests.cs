using System.Text;

namespace Matchbox.Appliance.Tests.Running;

/// <summary>Secrets in the real program: set by command, kept over a restart, seen nowhere.</summary>
public sealed class SecretsTests
{
    private const string Value = "hunter2-hunter2";

    [Fact]
    public async Task A_secret_is_set_listed_and_removed_and_its_value_is_in_no_file_no_answer_and_no_log()
    {
        await using var appliance = new RunningAppliance();
        var file = Path.Combine(appliance.Folder, "value");
        await File.WriteAllTextAsync(file, Value + "\n", TestContext.Current.CancellationToken);
        appliance.Configure("log: { level: trace }");
        await appliance.StartAsync();
        var set = await appliance.CommandAsync("secrets", "set", "join-token", "--profile", "worker", "--group", "rack1", "--file", file);
        Assert.True(set.Code == 0, set.Error);
        var unnamed = await appliance.CommandAsync("secrets", "set", "join-token", "--file", file);
        Assert.Contains("at least one profile or group", unnamed.Error, StringComparison.Ordinal);
        var misnamed = await appliance.CommandAsync("secrets", "set", "a b", "--group", "g", "--file", file);
        Assert.Contains("a secret's name", misnamed.Error, StringComparison.Ordinal);
        var health = await appliance.CommandAsync("health");
        Assert.Contains("beside what it seals", health.Output, StringComparison.Ordinal);
        var logged = appliance.Output;
        await appliance.StopAsync();

        await appliance.StartAsync();
        Assert.Contains("beside what it seals", appliance.Output, StringComparison.Ordinal);
        var list = await appliance.CommandAsync("secrets", "--json");
        Assert.Contains("\"join-token\"", list.Output, StringComparison.Ordinal);
        var events = await appliance.CommandAsync("events", "--json");
        Assert.Contains("secret-set", events.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await appliance.CommandAsync("secrets", "remove", "join-token")).Code);
        Assert.Equal(1, (await appliance.CommandAsync("secrets", "remove", "join-token")).Code);
        logged += appliance.Output;
        await appliance.StopAsync();

        Assert.All(
            [set.Output, set.Error, unnamed.Error, list.Output, events.Output, health.Output, logged],
            text => Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal));
        foreach (var kept in Directory.EnumerateFiles(appliance.State, "*", SearchOption.AllDirectories))
        {
            Assert.True((await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken)).AsSpan().IndexOf(Encoding.ASCII.GetBytes("hunter2")) < 0, kept);
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(appliance.State, "master.key")));
    }

    [Fact]
    public async Task A_key_file_that_is_none_stops_the_start_with_its_reason()
    {
        await using var appliance = new RunningAppliance();
        var file = Path.Combine(appliance.Folder, "master.key");
        await File.WriteAllTextAsync(file, "too short\n", TestContext.Current.CancellationToken);
        appliance.Configure($"secrets: {{ key-file: {file} }}");
        Assert.Equal(1, await appliance.StartInVainAsync());
        Assert.Contains("is not base64 of 32 octets", appliance.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, Convert.ToBase64String(new byte[32]) + "\n", TestContext.Current.CancellationToken);
        await appliance.StartAsync();
        Assert.False(File.Exists(Path.Combine(appliance.State, "master.key")));
    }

    [Fact]
    public async Task A_key_file_in_the_state_folder_is_a_fault()
    {
        await using var appliance = new RunningAppliance();
        appliance.Configure($"state-path: {appliance.State}\nsecrets: {{ key-file: {appliance.State}/master.key }}");
        Assert.Equal(1, await appliance.StartInVainAsync());
        Assert.Contains("may not lie in", appliance.Output, StringComparison.Ordinal);
    }
}
