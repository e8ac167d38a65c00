using Matchbox.Web.Tests.Browsing;

namespace Matchbox.Web.Tests;

/// <summary>Who gets in, where he lands, and what ends it.</summary>
public sealed class SignInTests(ConsoleFixture console)
{
    [Fact]
    public async Task A_stranger_signs_in_first_and_lands_where_he_wanted_to_go()
    {
        await using var window = await console.OpenAsStrangerAsync();
        await window.SignInAsync("alice", "/machines?view=rack");
        Assert.EndsWith("/machines?view=rack", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_lets_nobody_in()
    {
        await using var window = await console.OpenAsStrangerAsync();
        window.MayLose = true;
        await window.Page.GotoAsync($"{console.Appliance.Admin}/machines");
        await window.Page.FillAsync("#name", "nobody");
        await window.Page.FillAsync("#password", "not the password");
        await window.Page.ClickAsync("button");
        await window.Page.Locator("#said", new() { HasTextString = "no such user, or another password" }).WaitForAsync();
        Assert.Contains("/sign-in", window.Page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//elsewhere.example/")]
    [InlineData("https://elsewhere.example/")]
    [InlineData("/\\elsewhere.example")]
    public async Task A_link_does_not_choose_another_host_to_land_on(string to)
    {
        await using var window = await console.OpenAsStrangerAsync();
        await window.SignInAsync("victor", $"/sign-in?to={Uri.EscapeDataString(to)}");
        Assert.StartsWith(console.Appliance.Admin, window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_for_other_windows_too()
    {
        await using var window = await console.OpenAsStrangerAsync();
        await window.SignInAsync("alice", "/machines");
        await window.Page.ClickAsync("button[aria-label^='Signed in as']");
        await window.Page.ClickAsync("text=Sign out");
        await window.Page.WaitForURLAsync(url => url.Contains("/sign-in", StringComparison.Ordinal));
        await window.Page.GotoAsync($"{console.Appliance.Admin}/machines");
        Assert.Contains("/sign-in", window.Page.Url, StringComparison.Ordinal);
    }
}
