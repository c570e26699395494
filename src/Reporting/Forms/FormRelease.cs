namespace MinerFlow.Reporting.Forms;

/// <summary>The permission to show people in clear: who asked, who allowed it, to whom it goes, what for and until when.</summary>
/// <param name="Name">The ledger's name of it.</param>
/// <param name="Batch">The list whose people may be shown, by the ledger's name of it; all others stay masked.</param>
/// <param name="AskedBy">Who asked.</param>
/// <param name="AllowedBy">Another person, who allowed it.</param>
/// <param name="Recipient">To whom the forms go.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Until">When it ends.</param>
public sealed record FormRelease(string Name, string Batch, string AskedBy, string AllowedBy, string Recipient, string Purpose, DateTimeOffset Until)
{
    /// <summary>What every page says, so that a copy tells where it came from.</summary>
    public string Watermark =>
        $"含个人信息 未经许可不得转发 | 解除脱敏 {Name} | 用途:{Purpose} | 接收:{Recipient} | 申请:{AskedBy} 批准:{AllowedBy} | 有效至 {Until:yyyy-MM-dd HH:mm}";
}
