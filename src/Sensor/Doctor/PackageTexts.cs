using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Doctor;

/// <summary>Words of <c>minerflow doctor package</c>.</summary>
internal sealed record PackageTexts
{
    private static readonly PackageTexts English = new()
    {
        Verb = "Check a package that lies in a folder, or all packages of a folder; needs no ledger",
        Folder = "Folder of a package, or folder that holds packages",
        Key = "Public key of the sender (PEM, P-256 or SM2); without it signatures are not checked",
        NoFolder = "name the folder of a package",
        NoPackage = "holds no package",
        MayNotRead = "this user may not read it; give the right, or run as another user",
        NoPackageAdvice = "name the folder that holds manifest.json, or the one above it",
        Whole = "whole: {0} documents, number {2} of {1} for {3}, identity {4}",
        Signed = "signed by key {0}",
        Unchecked = "signed, but not checked",
        KeyAdvice = "give the sender's public key with --key",
        Unsigned = "not signed: whoever could write here could have changed documents and manifest together",
        SignAdvice = "queue packages with --sign KEY",
        DamageAdvice = "do not use the package; ask for it to be sent again, it has the same identity then",
        Faults = new Dictionary<PackageFault, string>
        {
            [PackageFault.NoMarker] = "the marker is missing: the package was not finished here",
            [PackageFault.OtherMarker] = "the marker stands for another manifest",
            [PackageFault.NoManifest] = "the manifest is missing",
            [PackageFault.BadManifest] = "this is no manifest that can be read",
            [PackageFault.NoSignature] = "the signature is missing",
            [PackageFault.BadSignature] = "the signature does not fit",
            [PackageFault.Missing] = "missing",
            [PackageFault.Changed] = "not as the manifest describes it",
            [PackageFault.OtherDigest] = "tells another digest than the manifest",
            [PackageFault.Extra] = "extra: the manifest does not name it",
            [PackageFault.BadName] = "a name of the manifest leads out of the folder",
            [PackageFault.Unreadable] = "cannot be read",
        },
    };

    private static readonly PackageTexts Chinese = new()
    {
        Verb = "校验目录中的报送包(一个或全部),无需台账",
        Folder = "报送包目录,或存放报送包的目录",
        Key = "发送方公钥(PEM,P-256 或 SM2);未给出则不校验签名",
        NoFolder = "请指定报送包目录",
        NoPackage = "其中没有报送包",
        MayNotRead = "当前用户无权读取,请授予读取权限或换用其他用户",
        NoPackageAdvice = "请指定含 manifest.json 的目录,或其上级目录",
        Whole = "完整:{0} 个文件,{1} 通道第 {2} 号,接收方 {3},标识 {4}",
        Signed = "由密钥 {0} 签名",
        Unchecked = "有签名,但未校验",
        KeyAdvice = "请用 --key 给出发送方公钥",
        Unsigned = "没有签名:能写入此处者可同时改动文件与清单",
        SignAdvice = "排队时用 --sign KEY 签名",
        DamageAdvice = "请勿使用该包;请发送方重发,其标识不变",
        Faults = new Dictionary<PackageFault, string>
        {
            [PackageFault.NoMarker] = "缺少完成标记:该包在此未写完",
            [PackageFault.OtherMarker] = "完成标记对应的是另一份清单",
            [PackageFault.NoManifest] = "缺少清单文件",
            [PackageFault.BadManifest] = "清单文件无法识别",
            [PackageFault.NoSignature] = "缺少签名",
            [PackageFault.BadSignature] = "签名不符",
            [PackageFault.Missing] = "缺失",
            [PackageFault.Changed] = "与清单所载不符",
            [PackageFault.OtherDigest] = "所载摘要与清单不同",
            [PackageFault.Extra] = "多余:清单中没有",
            [PackageFault.BadName] = "清单中的文件名指向目录之外",
            [PackageFault.Unreadable] = "无法读取",
        },
    };

    public required string Verb { get; init; }

    public required string Folder { get; init; }

    public required string Key { get; init; }

    public required string NoFolder { get; init; }

    public required string NoPackage { get; init; }

    public required string MayNotRead { get; init; }

    public required string NoPackageAdvice { get; init; }

    /// <summary>{0} documents, {1} destination, {2} number, {3} recipient, {4} identity.</summary>
    public required string Whole { get; init; }

    /// <summary>{0} name of the key.</summary>
    public required string Signed { get; init; }

    public required string Unchecked { get; init; }

    public required string KeyAdvice { get; init; }

    public required string Unsigned { get; init; }

    public required string SignAdvice { get; init; }

    public required string DamageAdvice { get; init; }

    public required IReadOnlyDictionary<PackageFault, string> Faults { get; init; }

    public static PackageTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
