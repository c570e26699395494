using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>The words of <c>minerflow capture</c>, one instance for each language; a text that one of them lacks does not compile.</summary>
internal sealed record CaptureTexts
{
    public static readonly CaptureTexts English = new()
    {
        Capture = "Listen to interfaces and list who mines",
        Interface = "Network interface to listen to, as ip link names it; may be repeated",
        Filter = "Which frames are taken, in tcpdump's words, such as 'tcp port 3333' (needs libpcap)",
        Seconds = "Stop after so many seconds (default: when interrupted)",
        Write = "Also write the frames there, as pcapng",
        Backend = "How frames come out of the kernel (default: ring)",
        Workers = "Workers for each interface, each with its own flow table (default: 1)",
        RingMegabytes = "Size of each worker's ring in MiB (default: 64)",
        SnapLength = "Bytes kept of each frame (default: 262144, whole frames)",
        Sample = "Follow one flow in N only, chosen by addresses and ports, such as 1:8",
        Shed = "What gives way when the link is too fast: newest frames, oldest frames, or flows not yet known (default: newest)",
        NotPromiscuous = "Take only frames addressed to this machine",
        NoInterface = "name at least one interface: --interface IF",
        BadSample = "{0} {1}: must be 1:N with N from 1 to {2}, such as 1:8",
        Listening = "listening on {0}; stop with Ctrl-C",
        LinkUp = "{0}: is up",
        LinkDown = "{0}: is down; listening goes on when it is up",
        LinkGone = "{0}: is gone; listening goes on when it is back",
        Sum = "{0} frames captured = {1} decoded + {2} rejected + {3} held as fragments + {4} sampled out + {5} dropped",
        NotWritten = "{1} frames are not in {0}: the disk was slower than the link",
        Progress = "{0}  {1}  {2} dropped",
    };

    public static readonly CaptureTexts Chinese = new()
    {
        Capture = "监听网络接口,列出挖矿者",
        Interface = "要监听的网络接口(ip link 所列名称),可重复",
        Filter = "只取哪些帧,写法同 tcpdump,如 'tcp port 3333'(需要 libpcap)",
        Seconds = "多少秒后停止(默认直至中止)",
        Write = "同时把帧写入该文件(pcapng)",
        Backend = "从内核取帧的方式(默认 ring)",
        Workers = "每个接口的工作线程数,各有自己的流表(默认 1)",
        RingMegabytes = "每个线程的环形缓冲大小,单位 MiB(默认 64)",
        SnapLength = "每帧保留的字节数(默认 262144,即整帧)",
        Sample = "按地址和端口只跟踪 N 分之一的流,如 1:8",
        Shed = "链路过快时舍弃什么:最新的帧、最旧的帧、尚未识别的流(默认 newest)",
        NotPromiscuous = "只取发往本机的帧",
        NoInterface = "请至少给出一个接口:--interface IF",
        BadSample = "{0} {1}:须为 1:N,N 为 1 至 {2},如 1:8",
        Listening = "正在监听 {0};按 Ctrl-C 停止",
        LinkUp = "{0}:已启用",
        LinkDown = "{0}:已停用,启用后继续监听",
        LinkGone = "{0}:已消失,恢复后继续监听",
        Sum = "捕获 {0} 帧 = 解码 {1} + 拒绝 {2} + 等待重组 {3} + 抽样略过 {4} + 丢弃 {5}",
        NotWritten = "{0} 中缺 {1} 帧:磁盘慢于链路",
        Progress = "{0}  {1}  丢弃 {2}",
    };

    public required string Capture { get; init; }

    public required string Interface { get; init; }

    public required string Filter { get; init; }

    public required string Seconds { get; init; }

    public required string Write { get; init; }

    public required string Backend { get; init; }

    public required string Workers { get; init; }

    public required string RingMegabytes { get; init; }

    public required string SnapLength { get; init; }

    public required string Sample { get; init; }

    public required string Shed { get; init; }

    public required string NotPromiscuous { get; init; }

    public required string NoInterface { get; init; }

    /// <summary>{0} option, {1} value, {2} most.</summary>
    public required string BadSample { get; init; }

    /// <summary>{0} interfaces.</summary>
    public required string Listening { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkUp { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkDown { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkGone { get; init; }

    /// <summary>{0} captured, {1} decoded, {2} rejected, {3} fragments, {4} sampled out, {5} dropped for whatever reason.</summary>
    public required string Sum { get; init; }

    /// <summary>{0} file, {1} frames.</summary>
    public required string NotWritten { get; init; }

    /// <summary>{0} frames, {1} rate, {2} dropped.</summary>
    public required string Progress { get; init; }

    public static CaptureTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
